#pragma once

#include <whisper.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "whisper/hypothesis.h"
#include "whisper/ranking.h"
#include "whisper/row_keeper.h"
#include "whisper/text_search.h"

namespace theo {

/// Continues the likeliest texts, a fixed number of them, and ends when enough texts have ended.
/// Source: the beam search of Whisper's reference decoder, with the patience of Kasai et al., "A Call for
/// Clarity in Beam Search" (2022). A text that falls into a loop ends there.
class BeamSearch final : public TextSearch {
 public:
  BeamSearch(const TokenRules& rules, TextStart start, const BeamOptions& options, const Ranking& ranking);

  [[nodiscard]] std::span<const PassInput> inputs() const override { return inputs_; }
  void Take(std::span<float> logits) override;
  [[nodiscard]] FoundText Finish() override;

 private:
  struct Beam {
    Hypothesis text;
    /// Of the text that it continues, and its own.
    std::size_t parent_rows = 0;
    std::size_t rows = 0;
  };
  /// A text with one more token.
  struct Candidate {
    std::size_t beam = 0;
    ChosenToken token;
    /// Of the whole text.
    double sum = 0.0;
  };

  void FindCandidates(std::span<float> logits);
  /// Sets aside the texts that end, and goes on with the likeliest others.
  void Continue();
  void Finished(Hypothesis text);
  void Feed();

  const TokenRules& rules_;
  Ranking ranking_;
  std::size_t width_;
  std::size_t enough_;
  /// How many more tokens are allowed.
  std::int32_t left_;
  std::vector<whisper_token> start_;
  RowKeeper rows_;
  /// The first `live_` are in use; the others keep their memory.
  std::vector<Beam> beams_;
  std::size_t live_ = 1;
  std::vector<Beam> next_beams_;
  std::vector<Candidate> candidates_;
  std::vector<char> taken_;
  std::vector<Hypothesis> finished_;
  std::vector<PassInput> inputs_;
};

}  // namespace theo
