#include "whisper/next_tokens.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "simd/kernels.h"

namespace theo {
namespace {

constexpr float kNothing = -std::numeric_limits<float>::infinity();
// A draw sums up the tokens by runs of so many, so that it walks through a single run.
constexpr std::size_t kRun = 512;

struct Best {
  whisper_token id = -1;
  float logit = kNothing;
};

void Consider(Best& best, std::span<const float> logits, whisper_token first) {
  const auto [index, value] = simd::ActiveKernels().arg_max(logits.data(), logits.size());
  if (value > best.logit) best = {first + static_cast<whisper_token>(index), value};
}

}  // namespace

NextTokens::NextTokens(std::span<float> logits, TokenRange words, TokenRange end, TokenRange timestamps)
    : logits_(logits), ranges_{words, end, timestamps} {
  Best other;
  Consider(other, LogitsOf(words), words.first);
  Consider(other, LogitsOf(end), end.first);
  Best timestamp;
  Consider(timestamp, LogitsOf(timestamps), timestamps.first);
  shift_ = std::max(other.logit, timestamp.logit);
  const double timestamp_mass = Mass(timestamps);
  // A time's probability spreads over many timestamp ids: their sum competes with the best word.
  if (timestamp.id >= 0 &&
      (other.id < 0 || timestamp_mass > std::exp(static_cast<double>(other.logit - shift_)))) {
    ranges_ = {TokenRange{}, TokenRange{}, timestamps};
    likeliest_ = timestamp.id;
    mass_ = timestamp_mass;
  } else {
    likeliest_ = other.id;
    mass_ = Mass(words) + Mass(end) + timestamp_mass;
  }
}

std::span<const float> NextTokens::LogitsOf(TokenRange range) const {
  if (range.first >= range.last) return {};
  return std::span<const float>(logits_).subspan(static_cast<std::size_t>(range.first),
                                                 static_cast<std::size_t>(range.last - range.first));
}

double NextTokens::Mass(TokenRange range) const {
  const auto logits = LogitsOf(range);
  return simd::ActiveKernels().sum_exp(logits.data(), logits.size(), shift_);
}

ChosenToken NextTokens::Choose(whisper_token id) const {
  const double logit = static_cast<double>(logits_[static_cast<std::size_t>(id)] - shift_);
  return {id, static_cast<float>(logit - std::log(mass_))};
}

void NextTokens::RemoveLikeliest() {
  logits_[static_cast<std::size_t>(likeliest_)] = kNothing;
  Best best;
  for (const TokenRange range : ranges_) Consider(best, LogitsOf(range), range.first);
  likeliest_ = best.id;
}

ChosenToken TokenDraw::operator()(const NextTokens& tokens, double uniform) {
  const float highest = tokens.LogitsOf({tokens.likeliest(), tokens.likeliest() + 1}).front();
  scaled_.clear();
  runs_.clear();
  double total = 0.0;
  for (const TokenRange range : tokens.ranges()) {
    const auto logits = tokens.LogitsOf(range);
    for (std::size_t first = 0; first < logits.size(); first += kRun) {
      const auto run = logits.subspan(first, std::min(kRun, logits.size() - first));
      for (const float logit : run) scaled_.push_back((logit - highest) / temperature_);
      const double mass =
          simd::ActiveKernels().sum_exp(scaled_.data() + scaled_.size() - run.size(), run.size(), 0.0F);
      runs_.push_back({range.first + static_cast<whisper_token>(first), run.size(), mass});
      total += mass;
    }
  }
  double left = uniform * total;
  const float* scaled = scaled_.data();
  for (const Run& run : runs_) {
    if (left < run.mass) {
      for (std::size_t i = 0; i < run.count; ++i) {
        left -= std::exp(static_cast<double>(scaled[i]));
        if (left < 0.0) return tokens.Choose(run.first + static_cast<whisper_token>(i));
      }
      break;  // what rounding has left over
    }
    left -= run.mass;
    scaled += run.count;
  }
  return tokens.Choose(tokens.likeliest());
}

}  // namespace theo
