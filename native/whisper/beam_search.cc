#include "whisper/beam_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace theo {

BeamSearch::BeamSearch(const TokenRules& rules, TextStart start, const BeamOptions& options,
                       const Ranking& ranking)
    : rules_(rules),
      ranking_(ranking),
      width_(static_cast<std::size_t>(options.beams)),
      enough_(static_cast<std::size_t>(std::nearbyint(static_cast<float>(options.beams) * options.patience))),
      left_(start.budget),
      start_(std::move(start.input)),
      rows_(width_, start_.size() + static_cast<std::size_t>(std::max(left_, 0))),
      beams_(width_, {.text = Hypothesis(start.prefix, start.history), .parent_rows = 0, .rows = 0}),
      next_beams_(beams_),
      taken_(width_) {
  candidates_.reserve(width_ * (width_ + 1));
  inputs_.reserve(width_);
  finished_.reserve(enough_ + width_);
  if (left_ > 0) inputs_.push_back({.tokens = start_});
}

void BeamSearch::Take(std::span<float> logits) {
  for (const PassInput& input : inputs_) rows_.Add(input.rows, input.tokens);
  FindCandidates(logits);
  inputs_.clear();
  if (candidates_.empty()) return;
  Continue();
  --left_;
  if (finished_.size() < enough_ && left_ > 0) Feed();
}

void BeamSearch::FindCandidates(std::span<float> logits) {
  candidates_.clear();
  const std::size_t width = logits.size() / live_;
  for (std::size_t beam = 0; beam < live_; ++beam) {
    const Hypothesis& text = beams_[beam].text;
    NextTokens next = rules_.Follow(text.history(), logits.subspan(beam * width, width));
    // One of them may be the end, and the others are then as many as there are beams.
    for (std::size_t i = 0; i <= width_ && !next.empty(); ++i, next.RemoveLikeliest()) {
      const ChosenToken token = next.Choose(next.likeliest());
      candidates_.push_back({beam, token, text.sum() + static_cast<double>(token.log_probability)});
    }
  }
  std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    if (a.sum != b.sum) return a.sum > b.sum;
    return a.beam != b.beam ? a.beam < b.beam : a.token.id < b.token.id;
  });
}

void BeamSearch::Continue() {
  std::size_t count = 0;
  for (const Candidate& candidate : candidates_) {
    const Beam& parent = beams_[candidate.beam];
    if (candidate.token.id == rules_.end()) {
      Hypothesis text = parent.text;
      text.End(candidate.token);
      Finished(std::move(text));
      continue;
    }
    Beam& child = next_beams_[count];
    child.text = parent.text;
    child.text.Append(rules_, candidate.token);
    child.parent_rows = parent.rows;
    if (child.text.CutLoop()) {
      Finished(child.text);
    } else if (++count == width_) {
      break;
    }
  }
  std::swap(beams_, next_beams_);
  live_ = count;
}

void BeamSearch::Finished(Hypothesis text) {
  if (finished_.size() < enough_) finished_.push_back(std::move(text));
}

void BeamSearch::Feed() {
  const std::span<Beam> live = std::span(beams_).first(live_);
  std::fill(taken_.begin(), taken_.end(), char{0});
  // The first to continue a text keeps its rows where they are; the others get those of texts that have been
  // dropped. So no rows are written that are still to be read.
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  for (Beam& beam : live) {
    beam.rows = taken_[beam.parent_rows] != 0 ? kNone : beam.parent_rows;
    taken_[beam.parent_rows] = 1;
  }
  for (Beam& beam : live) {
    PassInput input;
    if (beam.rows == kNone) {
      beam.rows = static_cast<std::size_t>(std::find(taken_.begin(), taken_.end(), char{0}) - taken_.begin());
      taken_[beam.rows] = 1;
      input.inherited_from = rows_.Inherit(beam.rows, beam.parent_rows);
    }
    input.tokens = beam.text.tokens().last(1);
    input.position = rows_.position(beam.rows);
    input.rows = beam.rows;
    input.heir_of = beam.parent_rows;
    inputs_.push_back(input);
  }
}

FoundText BeamSearch::Finish() {
  for (Beam& beam : std::span(beams_).first(live_)) {
    if (finished_.size() >= width_) break;
    if (left_ <= 0) beam.text.set_truncation(Truncation::kBudget);
    finished_.push_back(std::move(beam.text));
  }
  const auto best = std::max_element(
      finished_.begin(), finished_.end(),
      [&](const Hypothesis& a, const Hypothesis& b) { return a.Score(ranking_) < b.Score(ranking_); });
  return std::move(*best).Found();
}

}  // namespace theo
