#pragma once

// Over the Vec of the including variant: the rows of keys and values of an attention task, block by block.

#include "simd/exp_inl.h"
#include "simd/kernels.h"

namespace theo::simd {
namespace {

/** A block of keys, gathered out of the caller's blocks. Behind the last key it repeats, without a bias. */
struct KeyRows {
  std::size_t count;
  const std::uint16_t* keys[kKeyBlock];
  const std::uint16_t* values[kKeyBlock];
  /** In powers of two: e^b = 2^(b log2(e)). */
  alignas(64) float bias[kKeyBlock];
};

/** Walks through the caller's blocks. */
class KeyCursor {
 public:
  explicit KeyCursor(const AttentionTask& task) : head_offset_(task.head_offset), block_(task.blocks) {}

  void Next(std::size_t count, KeyRows* rows) {
    rows->count = count;
    std::size_t filled = 0;
    while (filled < count) {
      const std::size_t left = block_->rows - row_;
      const std::size_t taken = left < count - filled ? left : count - filled;
      Append(filled, taken, rows);
      filled += taken;
      row_ += taken;
      if (row_ == block_->rows) {
        ++block_;
        row_ = 0;
      }
    }
    for (; filled < kKeyBlock; ++filled) {
      rows->keys[filled] = rows->keys[count - 1];
      rows->bias[filled] = 0.0F;
    }
  }

 private:
  void Append(std::size_t to, std::size_t count, KeyRows* rows) const {
    const std::size_t from = row_ * block_->stride + head_offset_;
    for (std::size_t i = 0; i < count; ++i) {
      rows->keys[to + i] = block_->keys + from + i * block_->stride;
      rows->values[to + i] = block_->values + from + i * block_->stride;
      rows->bias[to + i] = block_->bias == nullptr ? 0.0F : kLog2E * block_->bias[row_ + i];
    }
  }

  std::size_t head_offset_;
  const KeyValueBlock* block_;
  std::size_t row_ = 0;
};

/** How many of the `count` keys from `first` on query `i` sees. */
inline std::size_t Visible(const AttentionTask& task, std::size_t i, std::size_t first, std::size_t count) {
  const std::size_t hidden = task.causal ? task.unseen - i : 0;
  if (task.key_rows <= first + hidden) return 0;
  const std::size_t seen = task.key_rows - hidden - first;
  return seen < count ? seen : count;
}

/**
 * The softmax over the keys so far, for each head and query: the highest score, the sum of the weights, and
 * what scales sums of before the last block to its highest score. Scores are in powers of two.
 */
struct RunningSoftmax {
  alignas(64) float max[kTaskRows];
  alignas(64) float sum[kTaskRows];
  alignas(64) float factor[kTaskRows];

  RunningSoftmax() {
    for (std::size_t i = 0; i < kTaskRows; ++i) {
      max[i] = -3e38F;  // finite, so that a score of minus infinity gets a weight of zero
      sum[i] = 0.0F;
    }
  }
};

}  // namespace
}  // namespace theo::simd
