#include "whisper/greedy_search.h"

#include <algorithm>
#include <utility>

namespace theo {
namespace {

// More tokens at once would only take memory for their logits.
constexpr std::size_t kDraftTokensPerPass = 32;
// Fewer when the model has just disagreed with the draft.
constexpr std::size_t kDraftTokensAfterDoubt = 8;
// After disagreeing in this many passes in a row, the draft is given up.
constexpr int kMostDoubts = 6;

/// The rest of a draft after the model has chosen `said`. If that token comes soon in the draft, the model
/// has left out the tokens before it; else it has replaced the draft's first token.
std::span<const whisper_token> Realigned(std::span<const whisper_token> draft, whisper_token said) {
  const auto soon = draft.first(std::min(draft.size(), kDraftTokensAfterDoubt));
  const auto found = std::find(soon.begin(), soon.end(), said);
  if (found != soon.end()) return draft.subspan(static_cast<std::size_t>(found - soon.begin()) + 1);
  return draft.empty() ? draft : draft.subspan(1);
}

}  // namespace

GreedySearch::GreedySearch(const TokenRules& rules, TextStart start, std::span<const whisper_token> draft)
    : rules_(rules),
      text_(start.prefix, start.history),
      tokens_(std::move(start.input)),
      left_(start.budget),
      draft_(draft),
      drafted_per_pass_(kDraftTokensPerPass) {
  Feed();
}

std::span<const PassInput> GreedySearch::inputs() const {
  return {&input_, is_over_ ? std::size_t{0} : std::size_t{1}};
}

// Drafted tokens go through the decoder in the same pass. As far as the model agrees with them, the next
// token's logits are known already.
void GreedySearch::Feed() {
  if (left_ <= 0) return End(Truncation::kBudget);
  const auto drafted =
      draft_.first(std::min({draft_.size(), drafted_per_pass_, static_cast<std::size_t>(left_) - 1}));
  tokens_.insert(tokens_.end(), drafted.begin(), drafted.end());
  input_.tokens = tokens_;
  input_.wanted = 1 + drafted.size();
}

void GreedySearch::Take(std::span<float> logits) {
  const std::size_t rows = input_.wanted;
  const std::size_t width = logits.size() / rows;
  std::size_t row = 0;
  for (bool agreed = true; agreed && left_ > 0 && row < rows; ++row, --left_) {
    const NextTokens next = rules_.Follow(text_.history(), logits.subspan(row * width, width));
    if (next.empty()) return End(Truncation::kNone);
    const ChosenToken chosen = next.Choose(next.likeliest());
    if (chosen.id == rules_.end()) {
      text_.End(chosen);
      return End(Truncation::kNone);
    }
    text_.Append(rules_, chosen);
    if (text_.CutLoop()) return End(Truncation::kLoop);
    agreed = !draft_.empty() && draft_.front() == chosen.id;
    draft_ = Realigned(draft_, chosen.id);
  }
  const bool held = row == rows;
  drafted_per_pass_ = held ? kDraftTokensPerPass : kDraftTokensAfterDoubt;
  doubts_ = held ? 0 : doubts_ + 1;
  if (doubts_ > kMostDoubts) draft_ = {};
  input_.position += static_cast<std::int32_t>(tokens_.size() - rows + row);
  tokens_.assign(1, text_.tokens().back());
  Feed();
}

void GreedySearch::End(Truncation truncation) {
  text_.set_truncation(truncation);
  is_over_ = true;
}

FoundText GreedySearch::Finish() {
  return std::move(text_).Found();
}

}  // namespace theo
