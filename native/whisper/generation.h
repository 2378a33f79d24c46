#pragma once

#include <whisper.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "whisper/decode_job.h"
#include "whisper/model_file.h"
#include "whisper/text_search.h"
#include "whisper/token_rules.h"
#include "whisper/vocabulary.h"

namespace theo {

/// The decoding of one request: detects the language if asked to, then searches for the text. It says which
/// tokens to feed next and takes the logits, so that many generations can share the decoder's passes.
class Generation {
 public:
  /// All arguments must outlive the generation.
  /// @throws DecodeError for a language that the model does not know.
  Generation(const Vocabulary& vocabulary, const Dimensions& dimensions, const DecodeRequest& request);

  /// What goes through the decoder next; empty when it is over.
  [[nodiscard]] std::span<const PassInput> inputs() const;

  /// @param logits the wanted rows of all inputs, one after the other; overwritten.
  void Take(std::span<float> logits);

  /// The text, and all other parts of a result that come from the text decoder.
  [[nodiscard]] DecodeResult Finish();

 private:
  void DetectLanguage(std::span<const float> logits);
  void BeginText();
  [[nodiscard]] std::vector<whisper_token> PromptTokens() const;
  [[nodiscard]] std::vector<whisper_token> StartTokens() const;

  const Vocabulary& vocabulary_;
  const Dimensions& sizes_;
  const DecodeRequest& request_;
  const TokenRules rules_;
  DecodeResult result_;
  /// Not before the language is known.
  std::unique_ptr<TextSearch> search_;
  /// A pass of another kind than those of the search: the language's, and the first one when it also shows
  /// whether there is speech.
  std::vector<whisper_token> start_;
  std::vector<PassInput> own_input_;
};

}  // namespace theo
