#include "whisper/dtw.h"

#include <limits>

namespace theo {
namespace {

/// Where the cheapest way to a cell comes from.
enum class Step : std::uint8_t { kBoth, kRow, kColumn };

}  // namespace

std::vector<std::int32_t> FirstColumns(std::span<const float> costs, std::size_t columns) {
  const std::size_t rows = costs.size() / columns;
  std::vector<Step> steps(rows * columns, Step::kColumn);
  // Cheapest ways to the cells of the row above and of this one; cell 0 stands for what is left of the
  // matrix.
  constexpr float kNoWay = std::numeric_limits<float>::infinity();
  std::vector<float> above(columns + 1, kNoWay);
  std::vector<float> here(columns + 1, kNoWay);
  above[0] = 0.0F;
  for (std::size_t row = 0; row < rows; ++row) {
    here[0] = kNoWay;
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t cell = row * columns + column;
      const float both = above[column];
      const float next_row = above[column + 1];
      const float next_column = here[column];
      float cheapest = next_column;
      if (both < next_row && both < next_column) {
        cheapest = both;
        steps[cell] = Step::kBoth;
      } else if (next_row < both && next_row < next_column) {
        cheapest = next_row;
        steps[cell] = Step::kRow;
      }
      here[column + 1] = cheapest + costs[cell];
    }
    above.swap(here);
  }

  std::vector<std::int32_t> first(rows);
  std::size_t row = rows;
  std::size_t column = columns;
  while (row > 0 && column > 0) {
    first[row - 1] = static_cast<std::int32_t>(column - 1);
    const Step step = steps[(row - 1) * columns + column - 1];
    if (step != Step::kColumn) --row;
    if (step != Step::kRow) --column;
  }
  return first;
}

}  // namespace theo
