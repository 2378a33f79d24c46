#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

namespace theo {

/// Compares whole texts by their log-probability for their length.
class Ranking {
 public:
  /// @param length_penalty as in DecodeRequest.
  explicit Ranking(std::optional<float> length_penalty) : length_penalty_(length_penalty) {}

  /// The higher the better.
  /// @param sum of the log-probabilities of the tokens that were chosen, and of the end.
  /// @param tokens how many were chosen, without the end.
  [[nodiscard]] double Score(double sum, std::size_t tokens) const {
    const auto length = static_cast<double>(std::max<std::size_t>(tokens, 1));
    if (!length_penalty_) return sum / length;
    return sum / std::pow((5.0 + length) / 6.0, static_cast<double>(*length_penalty_));
  }

 private:
  std::optional<float> length_penalty_;
};

}  // namespace theo
