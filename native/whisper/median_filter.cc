#include "whisper/median_filter.h"

#include <algorithm>
#include <array>
#include <vector>

namespace theo {
namespace {

constexpr std::size_t kWidth = 2 * kMedianReach + 1;
// Medians that are computed side by side, so that the compiler can use vectors.
constexpr std::size_t kLanes = 16;

using Lanes = std::array<float, kLanes>;

void Exchange(Lanes& low, Lanes& high) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    const float a = low[i];
    const float b = high[i];
    low[i] = std::min(a, b);
    high[i] = std::max(a, b);
  }
}

/// The medians of `kLanes` neighbouring values: brings the largest values to the end until the middle one is
/// there.
Lanes Medians(const float* first) {
  std::array<Lanes, kWidth> sorted;
  for (std::size_t i = 0; i < kWidth; ++i) std::copy_n(first + i, kLanes, sorted[i].begin());
  for (std::size_t end = kWidth; end > kMedianReach; --end) {
    for (std::size_t i = 1; i < end; ++i) Exchange(sorted[i - 1], sorted[i]);
  }
  return sorted[kMedianReach];
}

}  // namespace

void MedianFilter(std::span<float> row) {
  const std::size_t count = row.size();
  if (count <= kMedianReach) return;
  std::vector<float> mirrored(count + 2 * kMedianReach + kLanes);
  std::copy(row.begin(), row.end(), mirrored.begin() + kMedianReach);
  for (std::size_t i = 1; i <= kMedianReach; ++i) {
    mirrored[kMedianReach - i] = row[i];
    mirrored[kMedianReach + count - 1 + i] = row[count - 1 - i];
  }
  for (std::size_t first = 0; first < count; first += kLanes) {
    const Lanes medians = Medians(mirrored.data() + first);
    std::copy_n(medians.begin(), std::min(kLanes, count - first),
                row.begin() + static_cast<std::ptrdiff_t>(first));
  }
}

}  // namespace theo
