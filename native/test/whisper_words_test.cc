#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "whisper/model.h"
#include "whisper/words.h"

namespace {

const theo::Model& DemoModel() {
  static const auto model =
      theo::Model::Load(THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin", {});
  return *model;
}

std::vector<theo::OutputToken> TokensOf(const std::string& text) {
  std::vector<theo::OutputToken> tokens;
  for (const auto id : DemoModel().vocabulary().Tokenize(text)) tokens.push_back({id, 0.0F});
  return tokens;
}

}  // namespace

TEST("a UTF-8 sequence that is cut at the end is left out") {
  CHECK_EQ(theo::WholeUtf8Length("caf\xC3\xA9"), 5U);
  CHECK_EQ(theo::WholeUtf8Length("caf\xC3"), 3U);
  CHECK_EQ(theo::WholeUtf8Length("\xE2\x82"), 0U);
  CHECK_EQ(theo::WholeUtf8Length("\xF0\x9F\x98\x80!"), 5U);
  CHECK_EQ(theo::WholeUtf8Length("a\xA9"), 1U);
  CHECK_EQ(theo::WholeUtf8Length("a\xC3("), 1U);
  CHECK_EQ(theo::WholeUtf8Length(""), 0U);
}

TEST("tokens join to the words between spaces") {
  const auto words = theo::JoinWords(DemoModel(), TokensOf(" boa tarde xyz"));
  CHECK_EQ(words.size(), 3U);
  CHECK_EQ(words[0].text, std::string("boa"));
  CHECK_EQ(words[1].text, std::string("tarde"));
  CHECK_EQ(words[2].text, std::string("xyz"));
  CHECK(words[2].tokens.size() > 1);
  CHECK_NEAR(words[0].probability, 1.0, 1e-6);
}

TEST("a word's probability is the geometric mean of its tokens'") {
  auto tokens = TokensOf(" xyz");
  for (auto& token : tokens) token.log_probability = -0.5F;
  CHECK_NEAR(theo::JoinWords(DemoModel(), tokens)[0].probability, std::exp(-0.5), 1e-6);
}

TEST("no tokens, no words") {
  CHECK(theo::JoinWords(DemoModel(), {}).empty());
}

THEO_TEST_MAIN()
