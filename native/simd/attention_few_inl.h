#pragma once

// Over the Vec of the including variant: scores and weights of few queries with several heads. A vector holds
// as many dimensions of one key, straight from where it lies: reading the keys and values is what takes the
// time.

#include "simd/attention_keys_inl.h"
#include "simd/attention_product_inl.h"
#include "simd/exp_inl.h"
#include "simd/kernels.h"

namespace theo::simd {
namespace {

/** scaled[head][query][dimension]. */
inline void ScaleQueries(const AttentionTask& task, float* scaled) {
  const Vec scale = Vec::Broadcast(task.scale * kLog2E);
  for (std::size_t h = 0; h < task.heads; ++h) {
    for (std::size_t i = 0; i < task.query_rows; ++i) {
      const float* query = task.queries + i * task.query_stride + h * task.head_size;
      for (std::size_t d = 0; d < task.head_size; d += Vec::kLanes, scaled += Vec::kLanes) {
        (Vec::Load(query + d) * scale).Store(scaled);
      }
    }
  }
}

/** Reads rows from end to end, which makes the processor read ahead. The heads' parts alone do not: they lie
 * apart. */
inline void Touch(const std::uint16_t* const* rows, std::size_t count, std::size_t halves) {
  constexpr std::size_t kCacheLine = 64 / sizeof(std::uint16_t);
  for (std::size_t k = 0; k < count; ++k) {
    const volatile std::uint16_t* row = rows[k];
    for (std::size_t i = 0; i < halves; i += kCacheLine) static_cast<void>(row[i]);
  }
}

/** scores[query][key] of `Queries` scaled queries, without biases. */
template <std::size_t Queries>
[[gnu::noinline]] void ScoreRows(const float* queries, std::size_t depth, HalfRows keys, std::size_t count,
                                 float* scores) {
  constexpr std::size_t kKeys = 4;
  for (std::size_t first = 0; first < count; first += kKeys) {
    Vec sums[Queries][kKeys];
    for (std::size_t m = 0; m < Queries; ++m) {
      for (std::size_t i = 0; i < kKeys; ++i) sums[m][i] = Vec::Broadcast(0.0F);
    }
    for (std::size_t d = 0; d < depth; d += Vec::kLanes) {
      Vec key[kKeys];
      for (std::size_t i = 0; i < kKeys; ++i) key[i] = keys.Load(first + i, d);
      for (std::size_t m = 0; m < Queries; ++m) {
        const Vec query = Vec::Load(queries + m * depth + d);
        for (std::size_t i = 0; i < kKeys; ++i) sums[m][i] = MulAdd(query, key[i], sums[m][i]);
      }
    }
    for (std::size_t m = 0; m < Queries; ++m) {
      ReduceAdd4(sums[m][0], sums[m][1], sums[m][2], sums[m][3], scores + m * kKeyBlock + first);
    }
  }
}

/** The same of `rows` queries. */
template <std::size_t Queries>
inline void ScoreFew(const float* queries, std::size_t rows, std::size_t depth, HalfRows keys,
                     std::size_t count, float* scores) {
  for (; rows >= Queries; rows -= Queries) {
    ScoreRows<Queries>(queries, depth, keys, count, scores);
    queries += Queries * depth;
    scores += Queries * kKeyBlock;
  }
  if constexpr (Queries > 1) {
    if (rows > 0) ScoreFew<Queries - 1>(queries, rows, depth, keys, count, scores);
  }
}

/** Scores become weights; of `softmax` the entries from `state` on. */
inline void WeighFew(const AttentionTask& task, std::size_t first, const KeyRows& rows, std::size_t state,
                     float* scores, RunningSoftmax* softmax) {
  constexpr std::size_t kLanes = Vec::kLanes;
  for (std::size_t i = 0; i < task.query_rows; ++i, ++state, scores += kKeyBlock) {
    std::size_t end = Visible(task, i, first, rows.count);
    for (; end % kLanes != 0; ++end) scores[end] = -__builtin_inff();
    const Vec old_max = Vec::Broadcast(softmax->max[state]);
    Vec max = old_max;
    for (std::size_t k = 0; k < end; k += kLanes) {
      const Vec biased = Vec::Load(scores + k) + Vec::Load(rows.bias + k);
      biased.Store(scores + k);
      max = Max(biased, max);
    }
    max = Vec::Broadcast(ReduceMax(max));
    Vec sum = Vec::Broadcast(0.0F);
    for (std::size_t k = 0; k < end; k += kLanes) {
      const Vec weight = Exp2(Vec::Load(scores + k) - max);
      weight.Store(scores + k);
      sum = sum + weight;
    }
    for (; end < rows.count; ++end) scores[end] = 0.0F;
    softmax->factor[state] = LastLane(Exp2(old_max - max));
    softmax->max[state] = LastLane(max);
    softmax->sum[state] = softmax->sum[state] * softmax->factor[state] + ReduceAdd(sum);
  }
}

/** One block of keys, from key `first` on: out = factor out + weights values. */
inline void AttendFew(const AttentionTask& task, const AttentionScratch& scratch, const KeyRows& rows,
                      std::size_t first, RunningSoftmax* softmax) {
  if (task.heads > 1) {
    Touch(rows.keys, rows.count, task.heads * task.head_size);
    Touch(rows.values, rows.count, task.heads * task.head_size);
  }
  for (std::size_t h = 0; h < task.heads; ++h) {
    const std::size_t state = h * task.query_rows;
    const std::size_t offset = h * task.head_size;
    ScoreFew<kTileColumns>(scratch.queries + state * task.head_size, task.query_rows, task.head_size,
                           {rows.keys, offset}, rows.count, scratch.scores);
    WeighFew(task, first, rows, state, scratch.scores, softmax);
    AddValues<kTileRows>({scratch.scores, kKeyBlock, 1}, HalfRows{rows.values, offset}, task.query_rows,
                         task.head_size, rows.count,
                         {task.out + offset, task.out_stride, softmax->factor + state});
  }
}

}  // namespace
}  // namespace theo::simd
