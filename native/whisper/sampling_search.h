#pragma once

#include <whisper.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "whisper/hypothesis.h"
#include "whisper/next_tokens.h"
#include "whisper/ranking.h"
#include "whisper/text_search.h"

namespace theo {

/// Draws several texts, each with random numbers of its own: so the first texts of a seed are the same
/// however many more are drawn.
class SamplingSearch final : public TextSearch {
 public:
  SamplingSearch(const TokenRules& rules, TextStart start, const SamplingOptions& options,
                 const Ranking& ranking);

  [[nodiscard]] std::span<const PassInput> inputs() const override { return inputs_; }
  void Take(std::span<float> logits) override;
  [[nodiscard]] FoundText Finish() override;

 private:
  struct Candidate {
    Hypothesis text;
    std::mt19937_64 random;
    bool is_over = false;
  };

  void Draw(Candidate& candidate, const NextTokens& next);
  void Feed(bool from_start);

  const TokenRules& rules_;
  Ranking ranking_;
  TokenDraw draw_;
  /// How many more tokens are allowed.
  std::int32_t left_;
  std::vector<whisper_token> start_;
  /// How many tokens have gone through the decoder.
  std::int32_t position_ = 0;
  /// Each has the rows of its number.
  std::vector<Candidate> candidates_;
  std::vector<PassInput> inputs_;
};

}  // namespace theo
