#include "attention/attention.h"

#include <algorithm>

namespace theo {
namespace {

std::size_t DivideUp(std::size_t a, std::size_t b) {
  return (a + b - 1) / b;
}

std::size_t KeyRows(const AttentionInput& in) {
  std::size_t rows = 0;
  for (const KeyValueBlock& block : in.blocks) rows += block.rows;
  return rows;
}

simd::AttentionTask Task(const AttentionInput& in, std::size_t head, std::size_t heads, std::size_t query,
                         std::size_t query_rows) {
  const std::size_t offset = head * in.head_size;
  return {
      .queries = in.queries + query * in.query_stride + offset,
      .query_rows = query_rows,
      .query_stride = in.query_stride,
      .heads = heads,
      .head_size = in.head_size,
      .scale = in.scale,
      .blocks = in.blocks.data(),
      .key_rows = KeyRows(in),
      .head_offset = offset,
      .causal = in.causal,
      .unseen = in.query_rows - 1 - query,
      .many_queries = false,
      .out = in.out + query * in.out_stride + offset,
      .out_stride = in.out_stride,
  };
}

struct Range {
  std::size_t begin;
  std::size_t end;
};

/// What one thread does of `count` things.
struct Share {
  unsigned part;
  unsigned parts;
  [[nodiscard]] Range Of(std::size_t count) const {
    return {count * part / parts, count * (part + 1) / parts};
  }
};

/// One head a task, and whole vectors of queries, about as many in every task.
void AttendMany(const AttentionInput& in, Share share, const simd::AttentionScratch& scratch,
                const simd::Kernels& kernels) {
  const std::size_t even = DivideUp(in.query_rows, DivideUp(in.query_rows, simd::kManyQueries));
  const std::size_t task_rows = DivideUp(even, kernels.lanes) * kernels.lanes;
  const std::size_t tasks_per_head = DivideUp(in.query_rows, task_rows);
  const Range tasks = share.Of(in.heads * tasks_per_head);
  for (std::size_t index = tasks.begin; index < tasks.end; ++index) {
    const std::size_t query = index % tasks_per_head * task_rows;
    simd::AttentionTask task =
        Task(in, index / tasks_per_head, 1, query, std::min(task_rows, in.query_rows - query));
    task.many_queries = true;
    kernels.attend(task, scratch);
  }
}

/// As many queries as may be in every task, and as many heads as then fit.
void AttendFew(const AttentionInput& in, Share share, const simd::AttentionScratch& scratch,
               const simd::Kernels& kernels) {
  const std::size_t task_rows = std::min(in.query_rows, simd::kManyQueries);
  const std::size_t most_heads = simd::kTaskRows / task_rows;
  const Range heads = share.Of(in.heads);
  for (std::size_t head = heads.begin; head < heads.end; head += most_heads) {
    const std::size_t count = std::min(most_heads, heads.end - head);
    for (std::size_t query = 0; query < in.query_rows; query += task_rows) {
      kernels.attend(Task(in, head, count, query, std::min(task_rows, in.query_rows - query)), scratch);
    }
  }
}

}  // namespace

simd::AttentionScratch AttentionWorkspace::ScratchFor(std::size_t head_size) {
  const std::size_t queries = simd::kTaskRows * head_size;
  const std::size_t keys = simd::kTileRows * head_size;
  const std::size_t values = simd::kKeyBlock * head_size;
  const std::size_t needed = queries + keys + values + simd::kKeyBlock * simd::kManyQueries;
  if (needed > capacity_) {
    floats_ = MakeAlignedFloats(needed);
    capacity_ = needed;
  }
  float* at = floats_.get();
  return {at, at + queries, at + queries + keys, at + queries + keys + values};
}

void Attend(const AttentionInput& in, AttentionWorkspace& workspace, unsigned part, unsigned parts,
            const simd::Kernels& kernels) {
  if (in.query_rows == 0) return;
  const simd::AttentionScratch scratch = workspace.ScratchFor(in.head_size);
  // Lying side by side in vectors is worth it for queries that fill them.
  if (!in.independent && in.query_rows > kernels.lanes + kernels.lanes / 2) {
    AttendMany(in, {part, parts}, scratch, kernels);
  } else {
    AttendFew(in, {part, parts}, scratch, kernels);
  }
}

}  // namespace theo
