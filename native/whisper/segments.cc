#include "whisper/segments.h"

#include <string>
#include <utility>

namespace theo {
namespace {

constexpr float kSecondsPerTimestamp = 0.02F;

}  // namespace

std::vector<Segment> CutAtTimestamps(const Vocabulary& vocabulary, std::span<const OutputToken> tokens) {
  const whisper_token first_timestamp = vocabulary.first_timestamp();
  std::vector<Segment> segments;
  std::vector<OutputToken> text;
  float start_seconds = 0.0F;
  const auto finish = [&](float end_seconds) {
    std::string joined;
    for (const Word& word : JoinWords(vocabulary, text)) joined += (joined.empty() ? "" : " ") + word.text;
    if (!joined.empty()) segments.push_back({start_seconds, end_seconds, std::move(joined)});
    text.clear();
  };
  float last_seconds = 0.0F;
  for (const OutputToken& token : tokens) {
    if (token.id < first_timestamp) {
      text.push_back(token);
      continue;
    }
    last_seconds = static_cast<float>(token.id - first_timestamp) * kSecondsPerTimestamp;
    finish(last_seconds);
    start_seconds = last_seconds;
  }
  finish(last_seconds);
  return segments;
}

}  // namespace theo
