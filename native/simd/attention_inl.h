#pragma once

// Kernel over the Vec of the including variant: attention of one head. The scores of a block of keys at a
// time are made, turned into weights and used up while they lie in the cache, with a running maximum and sum:
// Milakov and Gimelshein, "Online normalizer calculation for softmax" (2018); Dao et al., "FlashAttention"
// (2022).

#include "simd/exp_inl.h"
#include "simd/kernels.h"

namespace theo::simd {
namespace {

/** A tile of a product is so many rows by so many vectors: its sums fill the registers and leave a few. */
inline constexpr std::size_t kTileColumns = Vec::kRegisters / 8;

/** The rows of one block of keys, gathered out of the caller's blocks; behind the last it repeats. */
struct KeyRows {
  std::size_t count;
  const std::uint16_t* keys[kKeyBlock];
  const std::uint16_t* values[kKeyBlock];
  float bias[kKeyBlock];
};

/** Walks through the caller's blocks. */
struct KeyCursor {
  const AttentionTask& task;
  const KeyValueBlock* block;
  std::size_t row = 0;

  explicit KeyCursor(const AttentionTask& of) : task(of), block(of.blocks) {}

  void Next(std::size_t count, KeyRows* rows) {
    rows->count = count;
    for (std::size_t i = 0; i < count; ++i, ++row) {
      while (row == block->rows) {
        ++block;
        row = 0;
      }
      const std::size_t at = row * block->stride + task.head_offset;
      rows->keys[i] = block->keys + at;
      rows->values[i] = block->values + at;
      rows->bias[i] = block->bias == nullptr ? 0.0F : kLog2E * block->bias[row];
    }
    for (std::size_t i = count; i < kKeyBlock; ++i) {
      rows->keys[i] = rows->keys[count - 1];
      rows->bias[i] = 0.0F;
    }
  }
};

/** Per query: the highest score so far, the sum of the weights so far, and what makes both up to date. Scores
 * are in powers of two. */
struct RunningSoftmax {
  alignas(64) float max[kQueryBlock];
  alignas(64) float sum[kQueryBlock];
  alignas(64) float factor[kQueryBlock];

  RunningSoftmax() {
    for (std::size_t i = 0; i < kQueryBlock; ++i) {
      max[i] = -3e38F;  // finite, so that a score of minus infinity gets a weight of zero
      sum[i] = 0.0F;
    }
  }
};

/** Left operand of a product: element (m, k) is at[m * row + k * step]. */
struct Left {
  const float* at;
  std::size_t row;
  std::size_t step;
};

/** Right operand: element (k, n) is at[k * step + n]. */
struct Right {
  const float* at;
  std::size_t step;
};

/** sums += left right, over `depth`. */
template <std::size_t Rows, std::size_t Columns>
inline void MultiplyAdd(Left left, Right right, std::size_t depth, Vec (&sums)[Rows][Columns]) {
  for (std::size_t k = 0; k < depth; ++k) {
    Vec columns[Columns];
    for (std::size_t n = 0; n < Columns; ++n) columns[n] = Vec::Load(right.at + n * Vec::kLanes);
    for (std::size_t m = 0; m < Rows; ++m) {
      const Vec x = Vec::Broadcast(left.at[m * left.row]);
      for (std::size_t n = 0; n < Columns; ++n) sums[m][n] = MulAdd(x, columns[n], sums[m][n]);
    }
    left.at += left.step;
    right.at += right.step;
  }
}

/** Scores of kTileRows keys (left) with `Columns` vectors of queries (right). */
template <std::size_t Columns>
inline void ScoreTile(Left keys, Right queries, std::size_t depth, const float* bias, float* scores,
                      std::size_t scores_step) {
  Vec sums[kTileRows][Columns];
  for (std::size_t m = 0; m < kTileRows; ++m) {
    for (std::size_t n = 0; n < Columns; ++n) sums[m][n] = Vec::Broadcast(bias[m]);
  }
  MultiplyAdd(keys, queries, depth, sums);
  for (std::size_t m = 0; m < kTileRows; ++m) {
    for (std::size_t n = 0; n < Columns; ++n) sums[m][n].Store(scores + m * scores_step + n * Vec::kLanes);
  }
}

/** out = factor out + weights values for `Rows` queries and `Columns` vectors of a head. */
template <std::size_t Rows, std::size_t Columns>
inline void ValueTile(Left weights, Right values, std::size_t depth, const float* factor, float* out,
                      std::size_t out_step) {
  Vec sums[Rows][Columns];
  for (std::size_t m = 0; m < Rows; ++m) {
    const Vec f = Vec::Broadcast(factor[m]);
    for (std::size_t n = 0; n < Columns; ++n) {
      sums[m][n] = Vec::Load(out + m * out_step + n * Vec::kLanes) * f;
    }
  }
  MultiplyAdd(weights, values, depth, sums);
  for (std::size_t m = 0; m < Rows; ++m) {
    for (std::size_t n = 0; n < Columns; ++n) sums[m][n].Store(out + m * out_step + n * Vec::kLanes);
  }
}

/** Queries become columns, scaled; zeros behind the last. Returns how many columns that makes: whole vectors.
 */
inline std::size_t PackQueries(const AttentionTask& task, float* packed) {
  constexpr std::size_t kLanes = Vec::kLanes;
  const Vec scale = Vec::Broadcast(task.scale * kLog2E);
  const std::size_t columns = (task.query_rows + kLanes - 1) / kLanes * kLanes;
  for (std::size_t first = 0; first < columns; first += kLanes) {
    for (std::size_t d = 0; d < task.head_size; d += kLanes) {
      Vec square[kLanes];
      for (std::size_t i = 0; i < kLanes; ++i) {
        square[i] = first + i < task.query_rows
                        ? Vec::Load(task.queries + (first + i) * task.query_stride + d) * scale
                        : Vec::Broadcast(0.0F);
      }
      Transpose(square);
      for (std::size_t i = 0; i < kLanes; ++i) square[i].Store(packed + (d + i) * columns + first);
    }
  }
  return columns;
}

inline void ToFloats(const std::uint16_t* halves, std::size_t count, float* floats) {
  for (std::size_t d = 0; d < count; d += Vec::kLanes) Vec::LoadHalf(halves + d).Store(floats + d);
}

template <std::size_t Columns>
inline void ScoreColumns(Left keys, const float* queries, std::size_t columns, std::size_t first,
                         std::size_t depth, const float* bias, float* scores) {
  for (; first + Columns * Vec::kLanes <= columns; first += Columns * Vec::kLanes) {
    ScoreTile<Columns>(keys, {queries + first, columns}, depth, bias, scores + first, columns);
  }
  if constexpr (Columns > 1) {
    if (first < columns) ScoreColumns<Columns - 1>(keys, queries, columns, first, depth, bias, scores);
  }
}

/** scores[key][query]. */
inline void ScoreManyQueries(const AttentionTask& task, const AttentionScratch& scratch, const KeyRows& rows,
                             std::size_t columns) {
  const std::size_t depth = task.head_size;
  for (std::size_t first = 0; first < rows.count; first += kTileRows) {
    for (std::size_t m = 0; m < kTileRows; ++m)
      ToFloats(rows.keys[first + m], depth, scratch.keys + m * depth);
    ScoreColumns<kTileColumns>({scratch.keys, depth, 1}, scratch.queries, columns, 0, depth,
                               rows.bias + first, scratch.scores + first * columns);
  }
}

/** scores[query][key]: dot products of four keys with one or two queries. */
template <std::size_t Queries>
inline void ScoreFewQueries(const AttentionTask& task, const KeyRows& rows, std::size_t query,
                            float* scores) {
  const float* q = task.queries + query * task.query_stride;
  const float scale = task.scale * kLog2E;
  for (std::size_t first = 0; first < rows.count; first += 4) {
    Vec sums[Queries][4];
    for (std::size_t m = 0; m < Queries; ++m) {
      for (std::size_t i = 0; i < 4; ++i) sums[m][i] = Vec::Broadcast(0.0F);
    }
    for (std::size_t d = 0; d < task.head_size; d += Vec::kLanes) {
      Vec x[Queries];
      for (std::size_t m = 0; m < Queries; ++m) x[m] = Vec::Load(q + m * task.query_stride + d);
      for (std::size_t i = 0; i < 4; ++i) {
        const Vec key = Vec::LoadHalf(rows.keys[first + i] + d);
        for (std::size_t m = 0; m < Queries; ++m) sums[m][i] = MulAdd(x[m], key, sums[m][i]);
      }
    }
    for (std::size_t m = 0; m < Queries; ++m) {
      float* to = scores + (query + m) * kKeyBlock + first;
      ReduceAdd4(sums[m][0], sums[m][1], sums[m][2], sums[m][3], to);
      for (std::size_t i = 0; i < 4; ++i) to[i] = to[i] * scale + rows.bias[first + i];
    }
  }
}

/** Keys that query `i` sees of a block that begins at `first`. */
inline std::size_t Visible(const AttentionTask& task, std::size_t i, std::size_t first, std::size_t count) {
  const std::size_t hidden = task.causal ? task.unseen - i : 0;
  if (task.key_rows <= first + hidden) return 0;
  const std::size_t seen = task.key_rows - hidden - first;
  return seen < count ? seen : count;
}

inline void WeighColumns(const AttentionTask& task, std::size_t first, std::size_t count, std::size_t columns,
                         float* scores, RunningSoftmax* softmax) {
  constexpr std::size_t kLanes = Vec::kLanes;
  if (Visible(task, 0, first, count) < count) {
    for (std::size_t i = 0; i < task.query_rows; ++i) {
      for (std::size_t k = Visible(task, i, first, count); k < count; ++k) {
        scores[k * columns + i] = -__builtin_inff();
      }
    }
  }
  for (std::size_t column = 0; column < columns; column += kLanes) {
    float* s = scores + column;
    const Vec old_max = Vec::Load(softmax->max + column);
    Vec max = old_max;
    for (std::size_t k = 0; k < count; ++k) max = Max(Vec::Load(s + k * columns), max);
    Vec sum = Vec::Broadcast(0.0F);
    for (std::size_t k = 0; k < count; ++k) {
      const Vec weight = Exp2(Vec::Load(s + k * columns) - max);
      weight.Store(s + k * columns);
      sum = sum + weight;
    }
    const Vec factor = Exp2(old_max - max);
    max.Store(softmax->max + column);
    factor.Store(softmax->factor + column);
    MulAdd(Vec::Load(softmax->sum + column), factor, sum).Store(softmax->sum + column);
  }
}

inline void WeighRows(const AttentionTask& task, std::size_t first, std::size_t count, float* scores,
                      RunningSoftmax* softmax) {
  constexpr std::size_t kLanes = Vec::kLanes;
  for (std::size_t i = 0; i < task.query_rows; ++i) {
    float* s = scores + i * kKeyBlock;
    const std::size_t whole = (count + kLanes - 1) / kLanes * kLanes;
    for (std::size_t k = Visible(task, i, first, count); k < whole; ++k) s[k] = -__builtin_inff();
    const Vec old_max = Vec::Broadcast(softmax->max[i]);
    Vec max = old_max;
    for (std::size_t k = 0; k < count; k += kLanes) max = Max(Vec::Load(s + k), max);
    max = Vec::Broadcast(ReduceMax(max));
    Vec sum = Vec::Broadcast(0.0F);
    for (std::size_t k = 0; k < count; k += kLanes) {
      const Vec weight = Exp2(Vec::Load(s + k) - max);
      weight.Store(s + k);
      sum = sum + weight;
    }
    softmax->factor[i] = LastLane(Exp2(old_max - max));
    softmax->max[i] = LastLane(max);
    softmax->sum[i] = softmax->sum[i] * softmax->factor[i] + ReduceAdd(sum);
  }
}

template <std::size_t Rows, std::size_t Columns>
inline void ValueColumns(const AttentionTask& task, Left weights, const float* values, std::size_t depth,
                         std::size_t row, std::size_t column, const float* factor) {
  for (; column + Columns * Vec::kLanes <= task.head_size; column += Columns * Vec::kLanes) {
    ValueTile<Rows, Columns>(weights, {values + column, task.head_size}, depth, factor,
                             task.out + row * task.out_stride + column, task.out_stride);
  }
  // Heads are multiples of 16 floats.
  if constexpr (Columns > 1 && Columns * Vec::kLanes > 16) {
    if (column < task.head_size) {
      ValueColumns<Rows, Columns / 2>(task, weights, values, depth, row, column, factor);
    }
  }
}

template <std::size_t Rows>
inline void ValueRows(const AttentionTask& task, Left weights, const float* values, std::size_t depth,
                      std::size_t row, const float* factor) {
  for (; row + Rows <= task.query_rows; row += Rows) {
    ValueColumns<Rows, kTileColumns>(task, {weights.at + row * weights.row, weights.row, weights.step},
                                     values, depth, row, 0, factor + row);
  }
  if constexpr (Rows > 1) {
    if (row < task.query_rows) ValueRows<Rows - 1>(task, weights, values, depth, row, factor);
  }
}

void Attend(const AttentionTask& task, const AttentionScratch& scratch) {
  RunningSoftmax softmax;
  KeyCursor cursor(task);
  KeyRows rows;
  const std::size_t columns = task.few_queries ? 0 : PackQueries(task, scratch.queries);
  for (std::size_t i = 0; i < task.query_rows; ++i) {
    for (std::size_t d = 0; d < task.head_size; d += Vec::kLanes) {
      Vec::Broadcast(0.0F).Store(task.out + i * task.out_stride + d);
    }
  }
  // What the last query does not see, none does.
  const std::size_t end = Visible(task, task.query_rows - 1, 0, task.key_rows);
  for (std::size_t first = 0; first < end; first += kKeyBlock) {
    const std::size_t count = end - first < kKeyBlock ? end - first : kKeyBlock;
    cursor.Next(count, &rows);
    Left weights{};
    if (task.few_queries) {
      std::size_t query = 0;
      for (; query + 2 <= task.query_rows; query += 2) ScoreFewQueries<2>(task, rows, query, scratch.scores);
      if (query < task.query_rows) ScoreFewQueries<1>(task, rows, query, scratch.scores);
      WeighRows(task, first, count, scratch.scores, &softmax);
      weights = {scratch.scores, kKeyBlock, 1};
    } else {
      ScoreManyQueries(task, scratch, rows, columns);
      WeighColumns(task, first, count, columns, scratch.scores, &softmax);
      weights = {scratch.scores, 1, columns};
    }
    for (std::size_t k = 0; k < count; ++k) {
      ToFloats(rows.values[k], task.head_size, scratch.values + k * task.head_size);
    }
    ValueRows<kTileRows>(task, weights, scratch.values, count, 0, softmax.factor);
  }
  for (std::size_t i = 0; i < task.query_rows; ++i) {
    const Vec inverse = Vec::Broadcast(softmax.sum[i] > 0.0F ? 1.0F / softmax.sum[i] : 0.0F);
    float* out = task.out + i * task.out_stride;
    for (std::size_t d = 0; d < task.head_size; d += Vec::kLanes)
      (Vec::Load(out + d) * inverse).Store(out + d);
  }
}

}  // namespace
}  // namespace theo::simd
