#include "whisper/token_starts.h"

#include <algorithm>
#include <cmath>

#include "whisper/dtw.h"
#include "whisper/median_filter.h"

namespace theo {
namespace {

/// Brings the weights of each position to mean 0 and variance 1 over the tokens, so that no position counts
/// more only because all tokens look at it.
void Normalize(CrossAttention& attention, std::size_t head) {
  const auto tokens = static_cast<float>(attention.tokens);
  std::vector<float> mean(attention.positions);
  std::vector<float> variance(attention.positions);
  for (std::size_t token = 0; token < attention.tokens; ++token) {
    const auto row = attention.Row(head, token);
    for (std::size_t i = 0; i < row.size(); ++i) mean[i] += row[i] / tokens;
  }
  for (std::size_t token = 0; token < attention.tokens; ++token) {
    const auto row = attention.Row(head, token);
    for (std::size_t i = 0; i < row.size(); ++i) {
      variance[i] += (row[i] - mean[i]) * (row[i] - mean[i]) / tokens;
    }
  }
  for (std::size_t token = 0; token < attention.tokens; ++token) {
    const auto row = attention.Row(head, token);
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = variance[i] > 0.0F ? (row[i] - mean[i]) / std::sqrt(variance[i]) : 0.0F;
    }
  }
}

}  // namespace

std::vector<std::int32_t> TokenStarts(CrossAttention& attention, std::size_t first, std::size_t count) {
  std::vector<float> costs((count + 1) * attention.positions);
  const float share = 1.0F / static_cast<float>(attention.heads);
  for (std::size_t head = 0; head < attention.heads; ++head) {
    Normalize(attention, head);
    for (std::size_t token = 0; token <= count; ++token) {
      const auto row = attention.Row(head, first + token);
      MedianFilter(row);
      float* cost = costs.data() + token * attention.positions;
      for (std::size_t i = 0; i < row.size(); ++i) cost[i] -= share * row[i];
    }
  }
  return FirstColumns(costs, attention.positions);
}

}  // namespace theo
