#pragma once

#include <whisper.h>

#include <array>
#include <span>
#include <vector>

namespace theo {

/// Tokens `first` to `last` - 1.
struct TokenRange {
  whisper_token first = 0;
  whisper_token last = 0;
};

struct ChosenToken {
  whisper_token id = 0;
  /// Natural logarithm of its probability among the tokens that were allowed.
  float log_probability = 0.0F;
};

/// The tokens that may come next, with their probabilities: a view of a row of logits. Those that are minus
/// infinity or not a number have no probability.
class NextTokens {
 public:
  /// If the timestamps together are likelier than the likeliest other token, the others are left out.
  NextTokens(std::span<float> logits, TokenRange words, TokenRange end, TokenRange timestamps);

  /// Whether no token may come.
  [[nodiscard]] bool empty() const { return likeliest_ < 0; }
  /// The likeliest, and the first of equals. Not when it is empty.
  [[nodiscard]] whisper_token likeliest() const { return likeliest_; }
  /// Takes the likeliest away. The probabilities of the others stay what they are.
  void RemoveLikeliest();
  [[nodiscard]] ChosenToken Choose(whisper_token id) const;

  [[nodiscard]] std::span<const TokenRange> ranges() const { return ranges_; }
  [[nodiscard]] std::span<const float> LogitsOf(TokenRange range) const;

 private:
  [[nodiscard]] double Mass(TokenRange range) const;

  std::span<float> logits_;
  std::array<TokenRange, 3> ranges_;
  whisper_token likeliest_ = -1;
  /// Subtracted from logits before they are raised.
  float shift_ = 0.0F;
  /// Sum of the raised logits of all ranges.
  double mass_ = 0.0;
};

/// Draws tokens at random.
class TokenDraw {
 public:
  /// @param temperature above 0: the logits are divided by it, but not for the probability that is returned.
  explicit TokenDraw(float temperature) : temperature_(temperature) {}

  /// @param tokens not empty.
  /// @param uniform a random number, 0 or more and less than 1.
  ChosenToken operator()(const NextTokens& tokens, double uniform);

 private:
  struct Run {
    whisper_token first;
    std::size_t count;
    double mass;
  };

  float temperature_;
  std::vector<float> scaled_;
  std::vector<Run> runs_;
};

}  // namespace theo
