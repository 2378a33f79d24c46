#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace theo {

/// How much some heads of cross-attention look at each position of the audio while they read each token.
struct CrossAttention {
  std::size_t heads = 0;
  std::size_t tokens = 0;
  std::size_t positions = 0;
  /// Head by head, token by token; a token's weights sum up to 1.
  std::vector<float> weights;

  [[nodiscard]] std::span<float> Row(std::size_t head, std::size_t token) {
    return std::span(weights).subspan((head * tokens + token) * positions, positions);
  }
};

/// When tokens are said. A token is read while the next one is chosen: so the weights of the token before
/// show where it lies.
///
/// Source: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022), `timing.py`
/// of its code: weights are normalized over the tokens, smoothed over time, averaged over the heads and
/// aligned with the audio by dynamic time warping.
/// @param attention of the start tokens and the text; its weights are overwritten.
/// @param first the token that stands before the text.
/// @param count tokens of the text.
/// @return `count` + 1 positions, which never decrease: where each token begins, and where the last one ends.
/// The first is 0: what is heard before the text counts to its first token.
std::vector<std::int32_t> TokenStarts(CrossAttention& attention, std::size_t first, std::size_t count);

}  // namespace theo
