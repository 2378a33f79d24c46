#pragma once

#include <whisper.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "whisper/decode_job.h"
#include "whisper/token_rules.h"

namespace theo {

/// Where a search begins.
struct TextStart {
  /// What goes through the decoder first: all that stands before the text, and the text's prefix.
  std::vector<whisper_token> input;
  std::vector<whisper_token> prefix;
  TokenHistory history = {};
  /// How many tokens may be chosen.
  std::int32_t budget = 0;
};

/// A text as it was found.
struct FoundText {
  /// The prefix, whose probabilities count as 1, then what was chosen, without the end.
  std::vector<whisper_token> tokens;
  /// Of each token.
  std::vector<float> log_probabilities;
  /// Sum of them, and of the end's where it was chosen.
  double sum = 0.0;
  Truncation truncation = Truncation::kNone;
};

/// One text's part in the next pass of the decoder.
struct PassInput {
  std::span<const whisper_token> tokens;
  /// They follow the first `position` tokens.
  std::int32_t position = 0;
  /// How many tokens at the end of `tokens` need logits.
  std::size_t wanted = 1;
  /// Which of the request's TokenRows are this text's.
  std::size_t rows = 0;
  /// Rows `inherited_from` to `position` - 1 are to be copied from those of the text `heir_of`.
  std::size_t heir_of = 0;
  std::int32_t inherited_from = 0;
  [[nodiscard]] bool inherits() const { return heir_of != rows; }
};

/// The search for the text of one request. It says which tokens to feed next and takes the logits, so that
/// many searches can share the decoder's passes.
class TextSearch {
 public:
  virtual ~TextSearch() = default;

  /// The texts that are continued: their next tokens go through the decoder together. Empty when it is over.
  [[nodiscard]] virtual std::span<const PassInput> inputs() const = 0;
  /// @param logits the wanted rows of all inputs, one after the other; overwritten.
  virtual void Take(std::span<float> logits) = 0;
  /// The best text; once, when it is over.
  [[nodiscard]] virtual FoundText Finish() = 0;
};

/// How many texts a search continues at the same time, at most.
[[nodiscard]] std::size_t TextsAtOnce(const DecodeRequest& request);

/// @param rules, request must outlive the search.
[[nodiscard]] std::unique_ptr<TextSearch> NewTextSearch(const TokenRules& rules, TextStart start,
                                                        const DecodeRequest& request);

}  // namespace theo
