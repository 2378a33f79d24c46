#pragma once

#include <whisper.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "whisper/hypothesis.h"
#include "whisper/text_search.h"

namespace theo {

/// Always takes the likeliest token. A draft of the text is checked in few passes, as far as the model agrees
/// with it.
class GreedySearch final : public TextSearch {
 public:
  /// @param draft must outlive the search.
  GreedySearch(const TokenRules& rules, TextStart start, std::span<const whisper_token> draft);

  [[nodiscard]] std::span<const PassInput> inputs() const override;
  void Take(std::span<float> logits) override;
  [[nodiscard]] FoundText Finish() override;

 private:
  void Feed();
  void End(Truncation truncation);

  const TokenRules& rules_;
  Hypothesis text_;
  /// What goes through the decoder: tokens of the text that have not yet, then drafted ones.
  std::vector<whisper_token> tokens_;
  PassInput input_;
  bool is_over_ = false;
  /// How many more tokens are allowed.
  std::int32_t left_;
  std::span<const whisper_token> draft_;
  std::size_t drafted_per_pass_;
  int doubts_ = 0;
};

}  // namespace theo
