#pragma once

#include <whisper.h>

#include <cstddef>
#include <span>
#include <vector>

#include "whisper/ranking.h"
#include "whisper/text_search.h"
#include "whisper/token_rules.h"

namespace theo {

/// A text that a search is at work on.
class Hypothesis {
 public:
  /// @param prefix what it begins with.
  /// @param history of all that stands before its next token.
  Hypothesis(std::span<const whisper_token> prefix, const TokenHistory& history);

  void Append(const TokenRules& rules, const ChosenToken& token);
  /// Counts the end's probability.
  void End(const ChosenToken& end) { found_.sum += static_cast<double>(end.log_probability); }
  /// Cuts off what the text repeats at its end, and marks it, when it has fallen into a loop.
  bool CutLoop();
  void set_truncation(Truncation truncation) { found_.truncation = truncation; }

  [[nodiscard]] const TokenHistory& history() const { return history_; }
  [[nodiscard]] std::span<const whisper_token> tokens() const { return found_.tokens; }
  [[nodiscard]] double sum() const { return found_.sum; }
  [[nodiscard]] double Score(const Ranking& ranking) const {
    return ranking.Score(found_.sum, found_.tokens.size() - prefix_);
  }

  [[nodiscard]] FoundText Found() && { return std::move(found_); }

 private:
  FoundText found_;
  std::size_t prefix_;
  TokenHistory history_;
};

}  // namespace theo
