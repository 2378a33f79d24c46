#include "attention/attention.h"

#include <algorithm>

namespace theo {
namespace {

/// Beginning of share `part` of `count` things.
std::size_t ShareBegin(std::size_t count, unsigned part, unsigned parts) {
  return count * part / parts;
}

/// How many queries one task takes: whole vectors of them, evenly many in each task.
std::size_t QueriesPerTask(const AttentionInput& in, std::size_t lanes) {
  const std::size_t tasks = (in.query_rows + simd::kQueryBlock - 1) / simd::kQueryBlock;
  const std::size_t even = (in.query_rows + tasks - 1) / tasks;
  return (even + lanes - 1) / lanes * lanes;
}

}  // namespace

simd::AttentionScratch AttentionWorkspace::For(std::size_t head_size) {
  const std::size_t queries = simd::kQueryBlock * head_size;
  const std::size_t keys = simd::kTileRows * head_size;
  const std::size_t values = simd::kKeyBlock * head_size;
  const std::size_t needed = queries + keys + values + simd::kKeyBlock * simd::kQueryBlock;
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
  std::size_t keys = 0;
  for (const KeyValueBlock& block : in.blocks) keys += block.rows;
  // A vector holds one dimension of as many queries, or as many dimensions of one query.
  const bool few_queries = in.independent || in.query_rows <= kernels.lanes / 2;
  const std::size_t task_rows =
      few_queries ? std::min(in.query_rows, simd::kQueryBlock) : QueriesPerTask(in, kernels.lanes);
  const std::size_t tasks_per_head = (in.query_rows + task_rows - 1) / task_rows;
  const std::size_t tasks = in.heads * tasks_per_head;
  const simd::AttentionScratch scratch = workspace.For(in.head_size);
  const std::size_t end = ShareBegin(tasks, part + 1, parts);
  for (std::size_t index = ShareBegin(tasks, part, parts); index < end; ++index) {
    const std::size_t head_offset = index / tasks_per_head * in.head_size;
    const std::size_t first = index % tasks_per_head * task_rows;
    const simd::AttentionTask task = {
        .queries = in.queries + first * in.query_stride + head_offset,
        .query_rows = std::min(task_rows, in.query_rows - first),
        .query_stride = in.query_stride,
        .head_size = in.head_size,
        .scale = in.scale,
        .blocks = in.blocks.data(),
        .head_offset = head_offset,
        .key_rows = keys,
        .causal = in.causal,
        .unseen = in.query_rows - 1 - first,
        .few_queries = few_queries,
        .out = in.out + first * in.out_stride + head_offset,
        .out_stride = in.out_stride,
    };
    kernels.attend(task, scratch);
  }
}

}  // namespace theo
