#pragma once

#include <cstddef>
#include <span>

#include "simd/aligned_floats.h"
#include "simd/kernels.h"

namespace theo {

using simd::KeyValueBlock;

/// Queries, and the keys and values that they attend to. Everything is computed in 32-bit floats; only keys
/// and values are stored as halves.
struct AttentionInput {
  /// Row i's head h begins at queries + i * query_stride + h * head_size; `out` likewise.
  const float* queries;
  std::size_t query_rows;
  std::size_t query_stride;
  std::size_t heads;
  /// A multiple of 16.
  std::size_t head_size;
  /// 1 / sqrt(head_size), in every Whisper.
  float scale;
  /// One after the other they are the keys. How the keys are cut into blocks does not change the result.
  std::span<const KeyValueBlock> blocks;
  /// Query i sees the keys up to, and with, total_rows - query_rows + i; else all.
  bool causal;
  float* out;
  std::size_t out_stride;
  /// A query's result is the same to the last bit whichever others go with it; slower for many of them.
  bool independent = false;
};

/// Scratch of one thread. It grows to what the largest heads need (82 KiB for 64 floats) and is kept.
class AttentionWorkspace {
 public:
  [[nodiscard]] simd::AttentionScratch ScratchFor(std::size_t head_size);

 private:
  AlignedFloats floats_;
  std::size_t capacity_ = 0;
};

/// Computes out = softmax(scale * queries keys^T + bias) values of each head: the share `part` of `parts`.
/// All parts may run at once, each on a thread and with a workspace of its own. How many there are does not
/// change the result. A query that sees no key, or only such with a bias of minus infinity, gets zeros.
void Attend(const AttentionInput& in, AttentionWorkspace& workspace, unsigned part, unsigned parts,
            const simd::Kernels& kernels = simd::ActiveKernels());

}  // namespace theo
