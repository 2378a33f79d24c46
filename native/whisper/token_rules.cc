#include "whisper/token_rules.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace theo {
namespace {

constexpr float kTimestampsPerSecond = 50.0F;

void Forbid(whisper_token token, std::span<float> logits) {
  logits[static_cast<std::size_t>(token)] = -std::numeric_limits<float>::infinity();
}

}  // namespace

TokenRules::TokenRules(const Vocabulary& vocabulary, const DecodeRequest& request)
    : timestamps_(request.timestamps),
      latest_first_timestamp_seconds_(request.latest_first_timestamp_seconds),
      end_(vocabulary.end()),
      first_timestamp_(vocabulary.first_timestamp()),
      space_(vocabulary.space()),
      suppressed_(request.suppressed) {
  if (!request.suppress_annotations) return;
  const auto& openers = vocabulary.annotation_openers();
  suppressed_.insert(suppressed_.end(), openers.begin(), openers.end());
}

TokenRules::Timestamps TokenRules::TimestampsAfter(const TokenHistory& text,
                                                   whisper_token vocabulary_size) const {
  if (!timestamps_) return {};
  TokenRange range = {first_timestamp_, vocabulary_size};
  if (text.count == 0) {
    // The text opens with a timestamp.
    const float latest = std::round(latest_first_timestamp_seconds_ * kTimestampsPerSecond);
    if (latest < static_cast<float>(vocabulary_size - first_timestamp_)) {
      range.last = first_timestamp_ + static_cast<whisper_token>(latest) + 1;
    }
    return {range, false};
  }
  const bool ends_with_one = IsTimestamp(text.last);
  const bool pair_complete = text.count < 2 || IsTimestamp(text.before_last);
  if (ends_with_one && pair_complete) return {};
  // The next piece may begin where the last one ended. A piece itself takes time, or the model could go on
  // with empty ones for ever.
  if (text.latest_timestamp >= 0) range.first = text.latest_timestamp + (ends_with_one ? 0 : 1);
  return {range, !ends_with_one};
}

NextTokens TokenRules::Follow(const TokenHistory& text, std::span<float> logits) const {
  for (const whisper_token token : suppressed_) Forbid(token, logits);
  const auto [timestamps, or_text] = TimestampsAfter(text, static_cast<whisper_token>(logits.size()));
  TokenRange words = {0, or_text ? end_ : 0};
  TokenRange end = {end_, end_ + 1};
  if (text.count == 0) {
    if (space_) Forbid(*space_, logits);
    end = {};
  }
  return NextTokens(logits, words, end, timestamps);
}

TokenHistory TokenRules::Continued(TokenHistory text, whisper_token token) const {
  text.before_last = text.last;
  text.last = token;
  ++text.count;
  if (IsTimestamp(token)) text.latest_timestamp = token;
  return text;
}

}  // namespace theo
