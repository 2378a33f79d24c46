#include "whisper/word_times.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "whisper/characters.h"
#include "whisper/utf8.h"

namespace theo {
namespace {

constexpr float kSecondsPerPosition = 0.02F;
// Words are at most twice as long as the median word, which counts as no longer than this.
constexpr float kLongestMedianSeconds = 0.7F;

// Punctuation that is neither a bracket nor an opening quote.
constexpr std::u32string_view kMarks = U".,;:!?\"'-…–—·¡¿’”“„‚»›。、，．！？：；」』”〉》】）،؛؟।॥።၊။";
constexpr std::u32string_view kSentenceEnds = U".!?。！？";

/// The characters of a token, without spaces.
std::u32string Characters(std::string_view bytes) {
  std::u32string characters;
  const std::string whole = WholeCharacters(bytes);
  for (std::string_view rest = whole; !rest.empty();) {
    const Utf8Character next = ReadUtf8(rest);
    if (RoleOf(next.code_point) != CharacterRole::kSpace) characters.push_back(next.code_point);
    rest.remove_prefix(next.length);
  }
  return characters;
}

bool IsPunctuation(char32_t character) {
  switch (RoleOf(character)) {
    case CharacterRole::kOpeningBracket:
    case CharacterRole::kClosingBracket:
    case CharacterRole::kOpeningQuote:
      return true;
    default:
      return kMarks.find(character) != std::u32string_view::npos;
  }
}

/// A word without the punctuation around it, or one token of that punctuation.
struct Part {
  WordTime time;
  bool ends_sentence = false;

  [[nodiscard]] float seconds() const { return time.end_seconds - time.start_seconds; }
};

/// How long words are usually, and at most.
struct Durations {
  explicit Durations(std::span<const Part> parts) {
    std::vector<float> seconds;
    for (const Part& part : parts) {
      if (part.seconds() > 0.0F) seconds.push_back(part.seconds());
    }
    std::ranges::sort(seconds);
    const std::size_t half = seconds.size() / 2;
    if (seconds.empty()) return;
    median = seconds.size() % 2 == 1 ? seconds[half] : (seconds[half - 1] + seconds[half]) / 2.0F;
    median = std::min(median, kLongestMedianSeconds);
    longest = 2.0F * median;
  }

  float median = 0.0F;
  float longest = 0.0F;
};

/// The first word begins where the audio does, so a pause before it counts to it, or to the second one.
void ShortenFirst(std::span<Word> words, float from, const Durations& durations) {
  WordTime& first = *words[0].time;
  WordTime* second = words.size() > 1 ? &*words[1].time : nullptr;
  const float longest = durations.longest;
  const bool is_late = first.end_seconds - from > 4.0F * durations.median;
  const bool is_long = first.end_seconds - first.start_seconds > longest ||
                       (second != nullptr && second->end_seconds - first.start_seconds > 2.0F * longest);
  if (!is_late || !is_long) return;
  if (second != nullptr && second->end_seconds - second->start_seconds > longest) {
    const float middle = (from + second->end_seconds) / 2.0F;
    first.end_seconds = second->start_seconds = std::max(middle, second->end_seconds - longest);
  }
  first.start_seconds = std::max(from, first.end_seconds - longest);
}

}  // namespace

void TimeWords(const Vocabulary& vocabulary, std::span<const std::int32_t> starts, std::span<Word> words) {
  if (words.empty()) return;
  const auto time = [&](std::size_t first, std::size_t last) {
    return WordTime{static_cast<float>(starts[first]) * kSecondsPerPosition,
                    static_cast<float>(starts[last]) * kSecondsPerPosition};
  };
  std::vector<Part> parts;
  std::vector<std::size_t> part_of;
  std::size_t token = 0;
  for (const Word& word : words) {
    std::vector<std::u32string> texts;
    for (const whisper_token id : word.tokens) texts.push_back(Characters(vocabulary.TokenBytes(id)));
    const auto is_spoken = [](const std::u32string& text) {
      return text.empty() || !std::ranges::all_of(text, IsPunctuation);
    };
    const auto spoken = std::ranges::find_if(texts, is_spoken);
    auto first = static_cast<std::size_t>(spoken - texts.begin());
    std::size_t last = texts.size();
    if (first == last) first = 0;  // a word of nothing but punctuation
    while (last > first + 1 && !is_spoken(texts[last - 1])) --last;
    const auto add_mark = [&](std::size_t i) {
      const bool ends = texts[i].size() == 1 && kSentenceEnds.find(texts[i][0]) != std::u32string_view::npos;
      parts.push_back({time(token + i, token + i + 1), ends});
    };
    for (std::size_t i = 0; i < first; ++i) add_mark(i);
    part_of.push_back(parts.size());
    parts.push_back({time(token + first, token + last)});
    for (std::size_t i = last; i < texts.size(); ++i) add_mark(i);
    token += texts.size();
  }

  const Durations durations(parts);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    WordTime& each = parts[i].time;
    if (parts[i].seconds() > durations.longest && parts[i - 1].ends_sentence) {
      each.start_seconds = each.end_seconds - durations.longest;
    }
  }
  for (std::size_t i = 0; i < words.size(); ++i) words[i].time = parts[part_of[i]].time;
  ShortenFirst(words, static_cast<float>(starts[0]) * kSecondsPerPosition, durations);
}

}  // namespace theo
