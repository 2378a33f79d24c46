#include <limits>
#include <random>
#include <vector>

#include "check.h"
#include "whisper/dtw.h"

namespace {

using Matrix = std::vector<std::vector<float>>;

std::vector<std::int32_t> FirstColumns(const Matrix& costs) {
  std::vector<float> all;
  for (const auto& row : costs) all.insert(all.end(), row.begin(), row.end());
  return theo::FirstColumns(all, costs.front().size());
}

/// The cost of the cheapest of all ways, each tried, from a cell to the last corner.
float CheapestFrom(const Matrix& costs, std::size_t row, std::size_t column) {
  const bool last_row = row + 1 == costs.size();
  const bool last_column = column + 1 == costs[row].size();
  float rest = last_row && last_column ? 0.0F : std::numeric_limits<float>::infinity();
  if (!last_row) rest = std::min(rest, CheapestFrom(costs, row + 1, column));
  if (!last_column) rest = std::min(rest, CheapestFrom(costs, row, column + 1));
  if (!last_row && !last_column) rest = std::min(rest, CheapestFrom(costs, row + 1, column + 1));
  return costs[row][column] + rest;
}

/// The cost of the cheapest way that enters each row where `first` says. It leaves a row in the column where
/// it enters the next one, or in the column before.
float CostOf(const Matrix& costs, const std::vector<std::int32_t>& first) {
  float total = 0.0F;
  for (std::size_t row = 0; row < costs.size(); ++row) {
    const auto enter = static_cast<std::size_t>(first[row]);
    const bool is_last = row + 1 == costs.size();
    const std::size_t next = is_last ? costs[row].size() : static_cast<std::size_t>(first[row + 1]);
    float cost = 0.0F;
    for (std::size_t column = enter; column < next; ++column) cost += costs[row][column];
    if (!is_last && (next == enter || costs[row][next] < 0.0F)) cost += costs[row][next];
    total += cost;
  }
  return total;
}

}  // namespace

TEST("a way along clear steps is found") {
  CHECK(FirstColumns({{0, 0, 9, 9, 9}, {9, 9, 0, 9, 9}, {9, 9, 9, 0, 0}}) ==
        std::vector<std::int32_t>({0, 2, 3}));
}

TEST("one row, one column, and one cell") {
  CHECK(FirstColumns({{3, 1, 2}}) == std::vector<std::int32_t>({0}));
  CHECK(FirstColumns({{3}, {1}, {2}}) == std::vector<std::int32_t>({0, 0, 0}));
  CHECK(FirstColumns({{7}}) == std::vector<std::int32_t>({0}));
}

TEST("where all cells cost the same, every column but the last few belongs to the first row") {
  CHECK(FirstColumns({{1, 1, 1, 1}, {1, 1, 1, 1}}) == std::vector<std::int32_t>({0, 1}));
}

TEST("no way is cheaper, whatever the costs") {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> cost(-3.0F, 3.0F);
  for (int round = 0; round < 200; ++round) {
    Matrix costs(1 + random() % 5, std::vector<float>(1 + random() % 6));
    for (auto& row : costs) {
      for (float& each : row) each = cost(random);
    }
    const auto first = FirstColumns(costs);
    CHECK_EQ(first.size(), costs.size());
    for (std::size_t row = 1; row < first.size(); ++row) CHECK(first[row - 1] <= first[row]);
    CHECK_NEAR(CostOf(costs, first), CheapestFrom(costs, 0, 0), 1e-4);
  }
}

TEST("costs that are no numbers still give a way in order") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto first = FirstColumns(Matrix(4, std::vector<float>(6, nan)));
  CHECK_EQ(first.size(), std::size_t{4});
  for (std::size_t row = 1; row < first.size(); ++row) CHECK(first[row - 1] <= first[row]);
}

THEO_TEST_MAIN()
