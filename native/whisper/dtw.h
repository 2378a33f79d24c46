#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace theo {

/// Dynamic time warping: the cheapest way through a matrix from its first corner to its last one, where every
/// step goes to the next row, to the next column or to both. Of equally cheap ways, the one that stays
/// longest in a row.
///
/// Source: Sakoe and Chiba, "Dynamic Programming Algorithm Optimization for Spoken Word Recognition" (1978).
/// @param costs row by row, `columns` of each; at least one.
/// @return for each row, the first column in which the way passes through it; 0 for the first row.
std::vector<std::int32_t> FirstColumns(std::span<const float> costs, std::size_t columns);

}  // namespace theo
