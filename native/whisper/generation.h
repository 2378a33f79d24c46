#pragma once

#include <whisper.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "whisper/decode_job.h"
#include "whisper/model_file.h"
#include "whisper/sampler.h"
#include "whisper/vocabulary.h"
#include "whisper/words.h"

namespace theo {

/// The decoding of one request: detects the language if asked to, then chooses the text greedily. It says
/// which tokens to feed next and takes the logits, so that many generations can share the decoder's passes.
class Generation {
 public:
  /// All arguments must outlive the generation.
  /// @throws DecodeError for a language that the model does not know.
  Generation(const Vocabulary& vocabulary, const Dimensions& dimensions, const DecodeRequest& request);

  [[nodiscard]] bool is_over() const { return is_over_; }
  /// What goes through the decoder next, from this position on; not when it is over.
  [[nodiscard]] std::span<const whisper_token> tokens() const { return input_; }
  [[nodiscard]] std::int32_t position() const { return position_; }
  /// How many tokens at the end of `tokens()` need logits.
  [[nodiscard]] std::size_t wanted() const { return input_.size() - first_row_; }

  /// Takes the wanted rows of logits. Tokens that are not allowed are overwritten with -infinity.
  void Take(std::span<float> logits);

  /// The text, and all other parts of a result that come from the text decoder.
  [[nodiscard]] DecodeResult Finish();

 private:
  void DetectLanguage(std::span<const float> logits);
  void BeginText();
  void ReadOn(std::span<float> logits);
  void AddDraft();
  void End(Truncation truncation);
  [[nodiscard]] std::vector<whisper_token> PromptTokens() const;
  [[nodiscard]] std::vector<whisper_token> StartTokens() const;

  const Vocabulary& vocabulary_;
  const Dimensions& sizes_;
  const DecodeRequest& request_;
  DecodeResult result_;
  Sampler sampler_;
  std::vector<OutputToken> output_;
  std::vector<whisper_token> ids_;
  bool is_over_ = false;
  bool detects_language_ = false;

  std::vector<whisper_token> input_;
  std::int32_t position_ = 0;
  /// Of `input_`: the first token whose logits are wanted, and the first behind which the next one is chosen.
  std::size_t first_row_ = 0;
  std::size_t next_row_ = 0;
  /// How many more tokens are allowed.
  std::int32_t left_ = 0;
  std::span<const whisper_token> draft_;
  std::size_t drafted_per_pass_;
  int doubts_ = 0;
};

}  // namespace theo
