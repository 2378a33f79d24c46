#pragma once

// Over the Vec of the including variant: scores and weights of many queries with one head. A vector holds a
// score of as many queries, so that keys need no transposing and a softmax no sums across lanes.

#include "simd/attention_keys_inl.h"
#include "simd/attention_product_inl.h"
#include "simd/exp_inl.h"
#include "simd/kernels.h"

namespace theo::simd {
namespace {

inline std::size_t WholeVectors(std::size_t floats) {
  return (floats + Vec::kLanes - 1) / Vec::kLanes * Vec::kLanes;
}

/** packed[dimension][query], scaled; zeros behind the last query, up to whole vectors. */
inline void PackQueries(const AttentionTask& task, float* packed) {
  constexpr std::size_t kLanes = Vec::kLanes;
  const Vec scale = Vec::Broadcast(task.scale * kLog2E);
  const std::size_t columns = WholeVectors(task.query_rows);
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
}

inline void ToFloats(const std::uint16_t* halves, std::size_t count, float* floats) {
  for (std::size_t d = 0; d < count; d += Vec::kLanes) Vec::LoadHalf(halves + d).Store(floats + d);
}

/** Scores of kTileRows keys with `Columns` vectors of queries from `column` on. */
template <std::size_t Columns>
[[gnu::noinline]] void ScoreTile(Left keys, FloatRows queries, std::size_t column, std::size_t depth,
                                 const float* bias, float* scores) {
  Vec sums[kTileRows][Columns];
  for (std::size_t m = 0; m < kTileRows; ++m) {
    for (std::size_t n = 0; n < Columns; ++n) sums[m][n] = Vec::Broadcast(bias[m]);
  }
  MultiplyAdd(keys, queries, column, depth, sums);
  for (std::size_t m = 0; m < kTileRows; ++m) {
    float* row = scores + m * queries.step + column;
    for (std::size_t n = 0; n < Columns; ++n) sums[m][n].Store(row + n * Vec::kLanes);
  }
}

template <std::size_t Columns>
inline void ScoreColumns(Left keys, FloatRows queries, std::size_t column, std::size_t depth,
                         const float* bias, float* scores) {
  for (; column + Columns * Vec::kLanes <= queries.step; column += Columns * Vec::kLanes) {
    ScoreTile<Columns>(keys, queries, column, depth, bias, scores);
  }
  if constexpr (Columns > 1) {
    if (column < queries.step) ScoreColumns<Columns - 1>(keys, queries, column, depth, bias, scores);
  }
}

/** Asks for what comes next: the keys of the tile after the one that begins at `first`, and the values of
 * that one. */
inline void Prefetch(const KeyRows& rows, std::size_t first, std::size_t head_size) {
  constexpr std::size_t kCacheLine = 64 / sizeof(std::uint16_t);
  for (std::size_t k = first; k < first + kTileRows && k < rows.count; ++k) {
    const std::size_t next = k + kTileRows < rows.count ? k + kTileRows : k;
    for (std::size_t d = 0; d < head_size; d += kCacheLine) {
      __builtin_prefetch(rows.keys[next] + d);
      __builtin_prefetch(rows.values[k] + d);
    }
  }
}

/** scores[key][query], biases included. */
inline void ScoreMany(const AttentionTask& task, const AttentionScratch& scratch, const KeyRows& rows) {
  const std::size_t depth = task.head_size;
  const std::size_t columns = WholeVectors(task.query_rows);
  for (std::size_t first = 0; first < rows.count; first += kTileRows) {
    Prefetch(rows, first, depth);
    for (std::size_t m = 0; m < kTileRows; ++m)
      ToFloats(rows.keys[first + m], depth, scratch.keys + m * depth);
    ScoreColumns<kTileColumns>({scratch.keys, depth, 1}, {scratch.queries, columns}, 0, depth,
                               rows.bias + first, scratch.scores + first * columns);
  }
}

/** Scores become weights. */
inline void WeighMany(const AttentionTask& task, std::size_t first, std::size_t count, float* scores,
                      RunningSoftmax* softmax) {
  const std::size_t columns = WholeVectors(task.query_rows);
  if (Visible(task, 0, first, count) < count) {
    for (std::size_t i = 0; i < task.query_rows; ++i) {
      for (std::size_t k = Visible(task, i, first, count); k < count; ++k) {
        scores[k * columns + i] = -__builtin_inff();
      }
    }
  }
  for (std::size_t column = 0; column < columns; column += Vec::kLanes) {
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

/** One block of keys, from key `first` on: out = factor out + weights values. */
inline void AttendMany(const AttentionTask& task, const AttentionScratch& scratch, const KeyRows& rows,
                       std::size_t first, RunningSoftmax* softmax) {
  ScoreMany(task, scratch, rows);
  WeighMany(task, first, rows.count, scratch.scores, softmax);
  for (std::size_t k = 0; k < rows.count; ++k) {
    ToFloats(rows.values[k], task.head_size, scratch.values + k * task.head_size);
  }
  AddValues<kTileRows>({scratch.scores, 1, WholeVectors(task.query_rows)},
                       FloatRows{scratch.values, task.head_size}, task.query_rows, task.head_size, rows.count,
                       {task.out, task.out_stride, softmax->factor});
}

}  // namespace
}  // namespace theo::simd
