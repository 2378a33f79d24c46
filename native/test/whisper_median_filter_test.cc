#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

#include "check.h"
#include "whisper/median_filter.h"

namespace {

/// By sorting; the row goes on as in a mirror that stands in its first and in its last value.
std::vector<float> Sorted(const std::vector<float>& row) {
  const auto count = static_cast<std::ptrdiff_t>(row.size());
  const auto reach = static_cast<std::ptrdiff_t>(theo::kMedianReach);
  if (count <= reach) return row;
  std::vector<float> medians;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    std::vector<float> near;
    for (std::ptrdiff_t j = i - reach; j <= i + reach; ++j) {
      const std::ptrdiff_t inside = j < 0 ? -j : j >= count ? 2 * (count - 1) - j : j;
      near.push_back(row[static_cast<std::size_t>(inside)]);
    }
    std::ranges::sort(near);
    medians.push_back(near[static_cast<std::size_t>(reach)]);
  }
  return medians;
}

}  // namespace

TEST("a short peak goes, an edge stays") {
  std::vector<float> row = {0, 0, 0, 0, 9, 9, 9, 0, 0, 0, 0, 5, 5, 5, 5, 5, 5};
  theo::MedianFilter(row);
  CHECK(row == std::vector<float>({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 5}));
}

TEST("rows of every length are filtered as by sorting") {
  std::mt19937 random(3);
  std::normal_distribution<float> value;
  for (std::size_t length = 0; length < 80; ++length) {
    std::vector<float> row(length);
    for (float& each : row) each = value(random);
    const auto expected = Sorted(row);
    theo::MedianFilter(row);
    CHECK(row == expected);
  }
}

THEO_TEST_MAIN()
