#pragma once

#include <cstddef>
#include <span>

namespace theo {

/// Values on each side that count, besides the value itself: the reference's filter is 7 wide.
inline constexpr std::size_t kMedianReach = 3;

/// Replaces each value of a row by the median of it and its neighbours. At the ends the row goes on as in a
/// mirror. A row that is not longer than the reach stays as it is.
void MedianFilter(std::span<float> row);

}  // namespace theo
