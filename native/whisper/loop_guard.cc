#include "whisper/loop_guard.h"

namespace theo {
namespace {

// A sentence; or a few words of a script whose letters take two or three tokens each.
constexpr std::size_t kLongestPeriod = 32;

// How many times in a row a period may stand before it counts as a loop.
constexpr std::size_t RepeatsAllowed(std::size_t period) {
  if (period == 1) return 10;
  if (period <= 3) return 6;
  return 3;
}

}  // namespace

std::size_t RepeatedTail(std::span<const whisper_token> tokens) {
  for (std::size_t period = 1; period <= kLongestPeriod; ++period) {
    if (tokens.size() <= period) break;
    std::size_t matching = 0;
    while (matching + period < tokens.size()) {
      const std::size_t index = tokens.size() - 1 - matching;
      if (tokens[index] != tokens[index - period]) break;
      ++matching;
    }
    if (matching >= period * RepeatsAllowed(period)) return matching;
  }
  return 0;
}

}  // namespace theo
