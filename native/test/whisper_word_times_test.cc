#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "whisper/model.h"
#include "whisper/word_times.h"

namespace {

const theo::Vocabulary& Vocabulary() {
  static const auto model =
      theo::Model::Load(THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin", {});
  return model->vocabulary();
}

/// The words of tokens, each a text and how many positions it lasts; a token may not be cut by the
/// vocabulary.
struct Said {
  std::string text;
  std::int32_t positions;
};

std::vector<theo::Word> Timed(const std::vector<Said>& tokens) {
  std::vector<theo::OutputToken> output;
  std::vector<std::int32_t> starts = {0};
  for (const Said& each : tokens) {
    const auto ids = Vocabulary().Tokenize(each.text);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      output.push_back({ids[i], 0.0F});
      // All the time of a text that is cut into several tokens goes to the first.
      starts.push_back(starts.back() + (i == 0 ? each.positions : 0));
    }
  }
  auto words = theo::JoinWords(Vocabulary(), output);
  theo::TimeWords(Vocabulary(), starts, words);
  return words;
}

void CheckTime(const theo::Word& word, const std::string& text, double start, double end) {
  CHECK_EQ(word.text, text);
  CHECK(word.time.has_value());
  if (!word.time) return;
  CHECK_NEAR(word.time->start_seconds, start, 1e-4);
  CHECK_NEAR(word.time->end_seconds, end, 1e-4);
}

}  // namespace

TEST("words last from their first token to their last") {
  const auto words = Timed({{" one", 10}, {" two", 20}, {" three", 15}});
  CHECK_EQ(words.size(), std::size_t{3});
  CheckTime(words[0], "one", 0.0, 0.2);
  CheckTime(words[1], "two", 0.2, 0.6);
  CheckTime(words[2], "three", 0.6, 0.9);
}

TEST("a comma takes the pause behind its word") {
  const auto words = Timed({{" one", 10}, {",", 30}, {" two", 10}});
  CHECK_EQ(words.size(), std::size_t{2});
  CheckTime(words[0], "one,", 0.0, 0.2);
  CheckTime(words[1], "two", 0.8, 1.0);
}

TEST("a word that begins a sentence does not begin with the pause before it") {
  const auto words = Timed({{" one", 10}, {" two", 10}, {".", 2}, {" three", 60}, {" one", 10}});
  CHECK_EQ(words.size(), std::size_t{4});
  CheckTime(words[1], "two.", 0.2, 0.4);
  CheckTime(words[2], "three", 1.24, 1.64);  // twice the median word, 10 positions
}

TEST("the first word does not begin with the silence before it") {
  const auto words = Timed({{" one", 60}, {" two", 10}, {" three", 10}, {" one", 10}});
  CheckTime(words[0], "one", 0.8, 1.2);
  CheckTime(words[1], "two", 1.2, 1.4);
}

TEST("where the second word contains the pause, both are shortened") {
  const auto words = Timed({{" one", 50}, {" two", 60}, {" three", 10}, {" one", 10}, {" two", 10}});
  CheckTime(words[0], "one", 1.4, 1.8);
  CheckTime(words[1], "two", 1.8, 2.2);
}

TEST("a word of nothing but punctuation has its own time") {
  const auto words = Timed({{" one", 10}, {" -", 5}, {" two", 10}});
  CHECK_EQ(words.size(), std::size_t{3});
  CheckTime(words[1], "-", 0.2, 0.3);
}

TEST("no words, nothing to time") {
  std::vector<theo::Word> none;
  theo::TimeWords(Vocabulary(), std::vector<std::int32_t>{0}, none);
  CHECK(none.empty());
}

THEO_TEST_MAIN()
