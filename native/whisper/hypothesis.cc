#include "whisper/hypothesis.h"

#include <algorithm>

#include "whisper/loop_guard.h"

namespace theo {

Hypothesis::Hypothesis(std::span<const whisper_token> prefix, const TokenHistory& history)
    : prefix_(prefix.size()), history_(history) {
  found_.tokens.assign(prefix.begin(), prefix.end());
  found_.log_probabilities.assign(prefix.size(), 0.0F);
}

void Hypothesis::Append(const TokenRules& rules, const ChosenToken& token) {
  found_.tokens.push_back(token.id);
  found_.log_probabilities.push_back(token.log_probability);
  found_.sum += static_cast<double>(token.log_probability);
  history_ = rules.Continued(history_, token.id);
}

bool Hypothesis::CutLoop() {
  const std::size_t repeated = RepeatedTail(found_.tokens);
  if (repeated == 0) return false;
  const std::size_t kept = std::max(found_.tokens.size() - repeated, prefix_);
  for (std::size_t i = kept; i < found_.tokens.size(); ++i) {
    found_.sum -= static_cast<double>(found_.log_probabilities[i]);
  }
  found_.tokens.resize(kept);
  found_.log_probabilities.resize(kept);
  found_.truncation = Truncation::kLoop;
  return true;
}

}  // namespace theo
