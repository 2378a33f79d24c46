#pragma once

#include <atomic>
#include <cstdint>

namespace theo {

/// How far the loading of a model is, for other threads to look at, and their wish to stop it.
struct LoadProgress {
  /// Of the weights, as the file holds them.
  std::atomic<std::uint64_t> read_bytes = 0;
  /// 0 until the file's header has been read.
  std::atomic<std::uint64_t> total_bytes = 0;
  std::atomic<bool> cancelled = false;
};

}  // namespace theo
