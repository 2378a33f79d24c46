#include "whisper/segments.h"

#include <utility>

namespace theo {
namespace {

constexpr float kSecondsPerTimestamp = 0.02F;

/// @param tokens with the timestamps around the text.
/// @param start_seconds where it starts if no timestamp says so.
/// @return without text when there is none among the tokens.
Segment SegmentOf(const Vocabulary& vocabulary, std::span<const OutputToken> tokens, float start_seconds) {
  const whisper_token first_timestamp = vocabulary.first_timestamp();
  Segment segment;
  segment.start_seconds = segment.end_seconds = start_seconds;
  std::vector<OutputToken> text;
  float sum = 0.0F;
  for (const OutputToken& token : tokens) {
    segment.tokens.push_back(token.id);
    sum += token.log_probability;
    if (token.id < first_timestamp) {
      text.push_back(token);
      continue;
    }
    segment.end_seconds = static_cast<float>(token.id - first_timestamp) * kSecondsPerTimestamp;
    if (text.empty()) segment.start_seconds = segment.end_seconds;
  }
  const std::vector<Word> words = JoinWords(vocabulary, text);
  if (!words.empty() && words.front().space_before) segment.text = ' ';
  segment.text += TextOf(words);
  segment.average_log_probability = sum / static_cast<float>(tokens.size());
  return segment;
}

}  // namespace

std::vector<Segment> CutAtTimestamps(const Vocabulary& vocabulary, std::span<const OutputToken> tokens) {
  const auto is_timestamp = [&](std::size_t index) {
    return tokens[index].id >= vocabulary.first_timestamp();
  };
  std::vector<Segment> segments;
  float end_seconds = 0.0F;
  // A timestamp behind text ends a segment, and the next segment begins with a timestamp of its own.
  for (std::size_t first = 0, last = 0; first < tokens.size(); first = last) {
    bool has_text = false;
    for (last = first; last < tokens.size(); ++last) {
      if (!is_timestamp(last)) {
        has_text = true;
      } else if (has_text) {
        ++last;
        break;
      }
    }
    Segment segment = SegmentOf(vocabulary, tokens.subspan(first, last - first), end_seconds);
    end_seconds = segment.end_seconds;
    if (!segment.text.empty()) segments.push_back(std::move(segment));
  }
  return segments;
}

}  // namespace theo
