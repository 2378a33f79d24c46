#pragma once

// Over the Vec of the including variant: the matrix products of attention, in tiles whose sums stay in
// registers.

#include "simd/kernels.h"

namespace theo::simd {
namespace {

/** A tile is kTileRows rows by so many vectors: its sums leave a few registers free. */
inline constexpr std::size_t kTileColumns = Vec::kRegisters / 8;

/** Left operand: element (m, k) is at[m * row + k * step]. */
struct Left {
  const float* at;
  std::size_t row;
  std::size_t step;
};

/** Right operand: row k is at + k * step. */
struct FloatRows {
  const float* at;
  std::size_t step;

  Vec Load(std::size_t k, std::size_t column) const { return Vec::Load(at + k * step + column); }
};

/** Right operand: row k begins at rows[k] + offset. */
struct HalfRows {
  const std::uint16_t* const* rows;
  std::size_t offset;

  Vec Load(std::size_t k, std::size_t column) const { return Vec::LoadHalf(rows[k] + offset + column); }
};

/** sums += left right, over `depth`; of the right operand the vectors from `column` on. */
template <std::size_t Rows, std::size_t Columns, class Right>
inline void MultiplyAdd(Left left, Right right, std::size_t column, std::size_t depth,
                        Vec (&sums)[Rows][Columns]) {
  for (std::size_t k = 0; k < depth; ++k, left.at += left.step) {
    Vec y[Columns];
    for (std::size_t n = 0; n < Columns; ++n) y[n] = right.Load(k, column + n * Vec::kLanes);
    for (std::size_t m = 0; m < Rows; ++m) {
      const Vec x = Vec::Broadcast(left.at[m * left.row]);
      for (std::size_t n = 0; n < Columns; ++n) sums[m][n] = MulAdd(x, y[n], sums[m][n]);
    }
  }
}

/** Rows of output of one head, and what scales them first. */
struct Output {
  float* at;
  std::size_t stride;
  const float* factor;
};

/** out = factor out + weights values, `Rows` queries and `Columns` vectors from `column` on. */
template <std::size_t Rows, std::size_t Columns, class Values>
[[gnu::noinline]] void ValueTile(Left weights, Values values, std::size_t column, std::size_t depth,
                                 Output out) {
  Vec sums[Rows][Columns];
  for (std::size_t m = 0; m < Rows; ++m) {
    const float* row = out.at + m * out.stride + column;
    for (std::size_t n = 0; n < Columns; ++n) {
      sums[m][n] = Vec::Load(row + n * Vec::kLanes) * Vec::Broadcast(out.factor[m]);
    }
  }
  MultiplyAdd(weights, values, column, depth, sums);
  for (std::size_t m = 0; m < Rows; ++m) {
    float* row = out.at + m * out.stride + column;
    for (std::size_t n = 0; n < Columns; ++n) sums[m][n].Store(row + n * Vec::kLanes);
  }
}

template <std::size_t Rows, std::size_t Columns, class Values>
inline void ValueColumns(Left weights, Values values, std::size_t column, std::size_t columns,
                         std::size_t depth, Output out) {
  for (; column + Columns * Vec::kLanes <= columns; column += Columns * Vec::kLanes) {
    ValueTile<Rows, Columns>(weights, values, column, depth, out);
  }
  if constexpr (Columns > 1 && Columns * Vec::kLanes > 16) {  // heads are multiples of 16
    if (column < columns) ValueColumns<Rows, Columns / 2>(weights, values, column, columns, depth, out);
  }
}

/** Columns of a tile of values: tiles of few rows are wider, for each sum has to wait for its last product.
 */
template <std::size_t Rows>
constexpr std::size_t ValueTileColumns() {
  constexpr std::size_t kWide = Vec::kRegisters / (Rows == 1 ? 2 : Rows == 2 ? 4 : 8);
  constexpr std::size_t kUsualHead = 64 / Vec::kLanes;
  return kWide < kUsualHead ? kWide : kUsualHead;
}

/** out = factor out + weights values: `rows` queries with values of `columns` floats, over `depth` keys. */
template <std::size_t Rows, class Values>
inline void AddValues(Left weights, Values values, std::size_t rows, std::size_t columns, std::size_t depth,
                      Output out) {
  for (; rows >= Rows; rows -= Rows) {
    ValueColumns<Rows, ValueTileColumns<Rows>()>(weights, values, 0, columns, depth, out);
    weights.at += Rows * weights.row;
    out.at += Rows * out.stride;
    out.factor += Rows;
  }
  if constexpr (Rows > 1) {
    if (rows > 0) AddValues<Rows - 1>(weights, values, rows, columns, depth, out);
  }
}

}  // namespace
}  // namespace theo::simd
