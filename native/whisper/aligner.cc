#include "whisper/aligner.h"

#include <algorithm>
#include <cstddef>

#include "whisper/token_starts.h"
#include "whisper/word_times.h"

namespace theo {
namespace {

/// A text as the decoder reads it.
struct Reading {
  /// Start tokens, earlier text, the words, the end. Without a prompt, as in the reference.
  std::vector<whisper_token> tokens;
  /// The token right before the words', and how many they have.
  std::size_t before_words = 0;
  std::size_t count = 0;
};

Reading ReadingOf(const Model& model, const DecodedText& text) {
  const Vocabulary& vocabulary = model.vocabulary();
  Reading reading;
  reading.tokens = vocabulary.StartTokens(text.result->language, text.request->task == Task::kTranslate);
  reading.tokens.push_back(vocabulary.no_timestamps());
  const auto append = [&](const std::vector<whisper_token>& tokens) {
    for (const whisper_token token : tokens) {
      if (token < vocabulary.end()) reading.tokens.push_back(token);
    }
  };
  append(text.request->earlier);
  reading.before_words = reading.tokens.size() - 1;
  for (const Word& word : text.result->words) append(word.tokens);
  reading.count = reading.tokens.size() - 1 - reading.before_words;
  reading.tokens.push_back(vocabulary.end());
  // A text that fills the context leaves no room for its end, which is not needed to time it.
  const auto room = static_cast<std::size_t>(model.dimensions().text_context);
  reading.tokens.resize(std::min(reading.tokens.size(), room));
  return reading;
}

}  // namespace

void Aligner::TimeWords(Graph& graph, std::span<const DecodedText> texts, std::int32_t threads,
                        AbortFlags aborts) const {
  std::vector<Reading> readings;
  for (const DecodedText& text : texts) readings.push_back(ReadingOf(model_, text));
  std::vector<TextInput> inputs;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    inputs.push_back({.tokens = readings[i].tokens, .audio = texts[i].audio, .rows = texts[i].rows});
  }
  auto attentions = decoder_.Attention(graph, inputs, model_.alignment_heads(), threads, aborts);
  for (std::size_t i = 0; i < attentions.size(); ++i) {
    const auto starts = TokenStarts(attentions[i], readings[i].before_words, readings[i].count);
    theo::TimeWords(model_.vocabulary(), starts, texts[i].result->words);
  }
}

}  // namespace theo
