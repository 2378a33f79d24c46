#include "whisper/sampling_search.h"

#include <algorithm>
#include <utility>

namespace theo {

SamplingSearch::SamplingSearch(const TokenRules& rules, TextStart start, const SamplingOptions& options,
                               const Ranking& ranking)
    : rules_(rules),
      ranking_(ranking),
      draw_(options.temperature),
      left_(start.budget),
      start_(std::move(start.input)) {
  for (std::int32_t i = 0; i < options.candidates; ++i) {
    std::seed_seq seed = {options.seed, static_cast<std::uint32_t>(i)};
    candidates_.push_back({.text = Hypothesis(start.prefix, start.history), .random = std::mt19937_64(seed)});
  }
  inputs_.reserve(candidates_.size());
  if (left_ > 0) inputs_.push_back({.tokens = start_});
}

void SamplingSearch::Take(std::span<float> logits) {
  const bool from_start = position_ == 0;
  if (from_start) {
    // All of them go on from the same row.
    const NextTokens next = rules_.Follow(candidates_.front().text.history(), logits);
    for (Candidate& candidate : candidates_) Draw(candidate, next);
  } else {
    const std::size_t width = logits.size() / inputs_.size();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      Candidate& candidate = candidates_[inputs_[i].rows];
      Draw(candidate, rules_.Follow(candidate.text.history(), logits.subspan(i * width, width)));
    }
  }
  position_ += static_cast<std::int32_t>(inputs_.front().tokens.size());
  inputs_.clear();
  if (--left_ > 0) Feed(from_start);
}

void SamplingSearch::Draw(Candidate& candidate, const NextTokens& next) {
  Hypothesis& text = candidate.text;
  if (next.empty()) {
    candidate.is_over = true;
    return;
  }
  const double uniform = static_cast<double>(candidate.random() >> 11U) * 0x1.0p-53;
  const ChosenToken chosen = draw_(next, uniform);
  if (chosen.id == rules_.end()) {
    text.End(chosen);
    candidate.is_over = true;
  } else {
    text.Append(rules_, chosen);
    candidate.is_over = text.CutLoop();
  }
}

void SamplingSearch::Feed(bool from_start) {
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const Candidate& candidate = candidates_[i];
    if (candidate.is_over) continue;
    // Behind the first pass, all take over its rows, which are the first candidate's.
    inputs_.push_back({.tokens = candidate.text.tokens().last(1),
                       .position = position_,
                       .rows = i,
                       .heir_of = from_start ? 0 : i});
  }
}

FoundText SamplingSearch::Finish() {
  for (Candidate& candidate : candidates_) {
    if (!candidate.is_over) candidate.text.set_truncation(Truncation::kBudget);
  }
  const auto best =
      std::max_element(candidates_.begin(), candidates_.end(), [&](const Candidate& a, const Candidate& b) {
        return a.text.Score(ranking_) < b.text.Score(ranking_);
      });
  return std::move(best->text).Found();
}

}  // namespace theo
