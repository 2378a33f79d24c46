#pragma once

#include <algorithm>
#include <atomic>
#include <span>

namespace theo {

/// One flag for each request that shares some work: the work is aborted when all flags are set.
using AbortFlags = std::span<const std::atomic<bool>* const>;

[[nodiscard]] inline bool AllAborted(AbortFlags flags) {
  return std::ranges::all_of(flags, [](const std::atomic<bool>* flag) { return flag->load(); });
}

}  // namespace theo
