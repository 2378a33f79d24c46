#include "whisper/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "simd/kernels.h"

namespace theo {
namespace {

constexpr float kTimestampsPerSecond = 50.0F;

struct Best {
  whisper_token id = -1;
  float logit = -std::numeric_limits<float>::infinity();
};

std::span<const float> Range(std::span<const float> logits, whisper_token from, whisper_token to) {
  if (from >= to) return {};
  return logits.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
}

void Consider(Best& best, std::span<const float> logits, whisper_token from, whisper_token to) {
  const auto range = Range(logits, from, to);
  const auto [index, value] = simd::ActiveKernels().arg_max(range.data(), range.size());
  if (value > best.logit) best = {from + static_cast<whisper_token>(index), value};
}

double SumExp(std::span<const float> logits, whisper_token from, whisper_token to, float shift) {
  const auto range = Range(logits, from, to);
  return simd::ActiveKernels().sum_exp(range.data(), range.size(), shift);
}

}  // namespace

Sampler::Sampler(const Vocabulary& vocabulary, bool timestamps, float latest_first_timestamp_seconds)
    : timestamps_(timestamps),
      latest_first_timestamp_seconds_(latest_first_timestamp_seconds),
      end_(vocabulary.end()),
      first_timestamp_(vocabulary.first_timestamp()),
      space_(vocabulary.space()) {}

Sampler::Allowed Sampler::AllowedNext(whisper_token vocabulary_size) const {
  Allowed allowed;
  allowed.end = count_ > 0;
  if (!timestamps_) return allowed;

  allowed.first_timestamp = std::max(first_timestamp_, latest_timestamp_);
  allowed.last_timestamp = vocabulary_size;
  if (count_ == 0) {
    // The text opens with a timestamp.
    allowed.text = false;
    const float latest = std::round(latest_first_timestamp_seconds_ * kTimestampsPerSecond);
    if (latest < static_cast<float>(vocabulary_size - first_timestamp_)) {
      allowed.last_timestamp = first_timestamp_ + static_cast<whisper_token>(latest) + 1;
    }
  } else if (IsTimestamp(last_)) {
    const bool pair_complete = count_ < 2 || IsTimestamp(before_last_);
    if (pair_complete) {
      allowed.last_timestamp = allowed.first_timestamp;
    } else {
      allowed.text = false;
    }
  }
  return allowed;
}

SampledToken Sampler::Next(std::span<const float> logits) {
  const Allowed allowed = AllowedNext(static_cast<whisper_token>(logits.size()));
  Best text;
  if (allowed.text) Consider(text, logits, 0, end_);
  if (text.id >= 0 && count_ == 0 && space_ == text.id) {
    text = {};
    Consider(text, logits, 0, *space_);
    Consider(text, logits, *space_ + 1, end_);
  }
  if (allowed.end) Consider(text, logits, end_, end_ + 1);
  Best timestamp;
  Consider(timestamp, logits, allowed.first_timestamp, allowed.last_timestamp);

  const float shift = std::max(text.logit, timestamp.logit);
  double text_mass = allowed.text ? SumExp(logits, 0, end_, shift) : 0.0;
  if (allowed.end) text_mass += SumExp(logits, end_, end_ + 1, shift);
  const double timestamp_mass = SumExp(logits, allowed.first_timestamp, allowed.last_timestamp, shift);

  // A time's probability spreads over many timestamp ids: their sum competes with the best word.
  const bool prefer_timestamp =
      timestamp.id >= 0 &&
      (text.id < 0 || timestamp_mass > std::exp(static_cast<double>(text.logit - shift)));
  const Best chosen = prefer_timestamp ? timestamp : text;
  if (chosen.id < 0) return {end_, 0.0F};  // every logit was NaN

  Accept(chosen.id);
  const double mass = prefer_timestamp ? timestamp_mass : text_mass + timestamp_mass;
  return {chosen.id, static_cast<float>(static_cast<double>(chosen.logit - shift) - std::log(mass))};
}

void Sampler::Accept(whisper_token token) {
  before_last_ = last_;
  last_ = token;
  ++count_;
  if (IsTimestamp(token)) latest_timestamp_ = token;
}

}  // namespace theo
