#pragma once

// Kernel over the Vec of the including variant: attention. A block of keys at a time is scored, weighed and
// used up while it lies in the cache, with a running maximum and sum: Milakov and Gimelshein, "Online
// normalizer calculation for softmax" (2018); Dao et al., "FlashAttention" (2022).

#include "simd/attention_few_inl.h"
#include "simd/attention_many_inl.h"
#include "simd/kernels.h"

namespace theo::simd {
namespace {

/** out = 0 */
inline void Clear(const AttentionTask& task) {
  for (std::size_t i = 0; i < task.query_rows; ++i) {
    float* out = task.out + i * task.out_stride;
    for (std::size_t d = 0; d < task.heads * task.head_size; d += Vec::kLanes) {
      Vec::Broadcast(0.0F).Store(out + d);
    }
  }
}

/** Weighted sums become weighted means. */
inline void Normalize(const AttentionTask& task, const RunningSoftmax& softmax) {
  for (std::size_t h = 0; h < task.heads; ++h) {
    for (std::size_t i = 0; i < task.query_rows; ++i) {
      const float sum = softmax.sum[h * task.query_rows + i];
      const Vec inverse = Vec::Broadcast(sum > 0.0F ? 1.0F / sum : 0.0F);
      float* out = task.out + i * task.out_stride + h * task.head_size;
      for (std::size_t d = 0; d < task.head_size; d += Vec::kLanes)
        (Vec::Load(out + d) * inverse).Store(out + d);
    }
  }
}

void Attend(const AttentionTask& task, const AttentionScratch& scratch) {
  RunningSoftmax softmax;
  KeyRows rows;
  KeyCursor cursor(task);
  if (task.many_queries) {
    PackQueries(task, scratch.queries);
  } else {
    ScaleQueries(task, scratch.queries);
  }
  Clear(task);
  // What the last query does not see, none does.
  const std::size_t end = Visible(task, task.query_rows - 1, 0, task.key_rows);
  for (std::size_t first = 0; first < end; first += kKeyBlock) {
    cursor.Next(end - first < kKeyBlock ? end - first : kKeyBlock, &rows);
    if (task.many_queries) {
      AttendMany(task, scratch, rows, first, &softmax);
    } else {
      AttendFew(task, scratch, rows, first, &softmax);
    }
  }
  Normalize(task, softmax);
}

}  // namespace
}  // namespace theo::simd
