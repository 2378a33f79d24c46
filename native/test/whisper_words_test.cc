#include <array>
#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "check.h"
#include "whisper/characters.h"
#include "whisper/model.h"
#include "whisper/utf8.h"
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

/// Tokens numbered from 0.
std::vector<theo::Word> Build(const std::vector<std::string>& tokens) {
  theo::WordBuilder builder;
  whisper_token id = 0;
  for (const std::string& bytes : tokens) builder.Add({id++, 0.0F}, bytes);
  return builder.Take();
}

/// "_" stands for the space before a word, "|" between words.
std::string Shown(const std::vector<theo::Word>& words) {
  std::string shown;
  for (const auto& word : words) {
    if (!shown.empty()) shown += '|';
    if (word.space_before) shown += '_';
    shown += word.text;
  }
  return shown;
}

/// A token a character.
std::string ByCharacter(std::string_view text) {
  std::vector<std::string> tokens;
  while (!text.empty()) {
    const std::size_t length = theo::ReadUtf8(text).length;
    tokens.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return Shown(Build(tokens));
}

/// A token a byte.
std::string ByByte(std::string_view text) {
  std::vector<std::string> tokens;
  for (const char byte : text) tokens.emplace_back(1, byte);
  return Shown(Build(tokens));
}

/// White space trimmed, runs of it as one space.
std::string Collapsed(std::string_view text) {
  std::string collapsed;
  bool space = false;
  for (std::size_t position = 0; position < text.size();) {
    const theo::Utf8Character next = theo::ReadUtf8(text.substr(position));
    if (theo::RoleOf(next.code_point) == theo::CharacterRole::kSpace) {
      space = true;
    } else {
      if (space && !collapsed.empty()) collapsed += ' ';
      space = false;
      collapsed += text.substr(position, next.length);
    }
    position += next.length;
  }
  return collapsed;
}

/// The words' tokens are all of the first ones, in order: at most some at the end are in no word.
bool AreFirst(const std::vector<theo::Word>& words, const std::vector<whisper_token>& all) {
  std::size_t position = 0;
  for (const auto& word : words) {
    for (const auto id : word.tokens) {
      if (position >= all.size() || all[position++] != id) return false;
    }
  }
  return true;
}

}  // namespace

TEST("tokens join to the words between spaces") {
  const auto words = theo::JoinWords(DemoModel().vocabulary(), TokensOf(" boa tarde xyz"));
  CHECK_EQ(Shown(words), std::string("_boa|_tarde|_xyz"));
  CHECK(words[2].tokens.size() > 1);
  CHECK_NEAR(words[0].probability, 1.0, 1e-6);
  CHECK_EQ(theo::TextOf(words), std::string("boa tarde xyz"));
}

TEST("a word's probability is the geometric mean of its tokens'") {
  auto tokens = TokensOf(" xyz");
  for (auto& token : tokens) token.log_probability = -0.5F;
  CHECK_NEAR(theo::JoinWords(DemoModel().vocabulary(), tokens)[0].probability, std::exp(-0.5), 1e-6);
}

TEST("no tokens, no words") {
  CHECK(theo::JoinWords(DemoModel().vocabulary(), {}).empty());
  CHECK(Build({" ", "\xE5"}).empty());
}

TEST("punctuation stays with the word before it") {
  CHECK_EQ(Shown(Build({" Hello", ",", " I", "'m", " here", "...", " \xC2\xBF", "qu\xC3\xA9", "?"})),
           std::string("_Hello,|_I'm|_here...|_\xC2\xBFqu\xC3\xA9?"));
}

TEST("scripts without spaces give a word a token, without spaces") {
  CHECK_EQ(Shown(Build({"客観", "的", "実", "在", "の", "判断", "。"})),
           std::string("客観|的|実|在|の|判断。"));
  CHECK_EQ(Shown(Build({"他", "说", "「", "你", "好", "」", "，", "对", "！"})),
           std::string("他|说|「你|好」，|对！"));
  CHECK_EQ(Shown(Build({"“", "你好", "”", "《", "书", "》"})), std::string("“你好”|《书》"));
}

TEST("kana that never begin a word do not") {
  CHECK_EQ(ByCharacter("コーヒー"), std::string("コー|ヒー"));
  CHECK_EQ(ByCharacter("きゃっか"), std::string("きゃっ|か"));
  CHECK_EQ(ByCharacter("人々"), std::string("人々"));
  CHECK_EQ(ByCharacter("食べる"), std::string("食|べ|る"));
}

TEST("marks never begin a word; a vowel written first, a stacked consonant and its sign stay together") {
  CHECK_EQ(ByCharacter("ที่นี่"), std::string("ที่|นี่"));
  CHECK_EQ(ByCharacter("เก่ง"), std::string("เก่|ง"));
  CHECK_EQ(ByCharacter("น้ำ"), std::string("น้ำ"));
  CHECK_EQ(ByCharacter("ໄດ້"), std::string("ໄດ້"));
  CHECK_EQ(ByCharacter("ខ្មែរ"), std::string("ខ្មែ|រ"));
  CHECK_EQ(ByCharacter("မြန်မာ"), std::string("မြ|န်|မာ"));
  CHECK_EQ(ByCharacter("ပစ္စည်း"), std::string("ပ|စ္စ|ည်း"));
}

TEST("spaces stay where the model wrote them") {
  CHECK_EQ(Shown(Build({"그", "는", " 이", "리", "저", "리"})), std::string("그는|_이리저리"));
  CHECK_EQ(Shown(Build({"我", "用", " iPhone", " 打", "电话"})), std::string("我|用|_iPhone|_打|电话"));
  CHECK_EQ(Shown(Build({"สวัส", "ดี", " ", "ครับ"})), std::string("สวัส|ดี|_ครับ"));
  CHECK_EQ(Shown(Build({" नमस्", "ते", " दुन", "िया"})), std::string("_नमस्ते|_दुनिया"));
  CHECK_EQ(Shown(Build({" مرح", "با", " שלו", "ם"})), std::string("_مرحبا|_שלום"));
  CHECK_EQ(Shown(Build({" a", "  ", "b", "\n", "c", "\xE3\x80\x80", "d "})), std::string("_a|_b|_c|_d"));
}

TEST("another script behind an unspaced one is a word of its own") {
  CHECK_EQ(Shown(Build({"用", "i", "Phone", "手机"})), std::string("用|iPhone|手机"));
  CHECK_EQ(Shown(Build({"第", "3", "章", "2023", "年"})), std::string("第|3|章|2023|年"));
}

TEST("characters that are cut between tokens stay whole, and none is shown by half") {
  CHECK_EQ(Shown(Build({"客", "\xE8", "\xA6\xB3", "的"})), std::string("客|観|的"));
  CHECK_EQ(Shown(Build({"客", "\xE8", "\xA6"})), std::string("客"));
  CHECK_EQ(Shown(Build({" caf\xC3"})), std::string("_caf"));
  CHECK_EQ(Shown(Build({" caf\xC3", "\xA9", "s"})), std::string("_caf\xC3\xA9s"));
  CHECK_EQ(ByByte(" 客観 café"), std::string("_客|観|_café"));
  CHECK_EQ(ByByte("ที่นี่"), std::string("ที่|นี่"));
}

TEST("emoji stay whole, with their joiners, skin tones and selectors") {
  CHECK_EQ(ByByte(" 👩‍👩‍👧 👋🏽 ❤️ 🇧🇷"),
           std::string("_👩‍👩‍👧|_👋🏽|_❤️|_🇧🇷"));
  CHECK_EQ(ByByte("好👋🏽"), std::string("好👋🏽"));
}

TEST("brackets and notes are where words begin and end") {
  CHECK_EQ(Shown(Build({" (", "ris", "os", ")", ",", " sim"})), std::string("_(risos),|_sim"));
  CHECK_EQ(Shown(Build({" alun", "o", "(", "a", ")", "s"})), std::string("_aluno|(a)|s"));
  CHECK_EQ(Shown(Build({"好", "（", "笑", "声", "）", "的"})), std::string("好|（笑|声）|的"));
  CHECK_EQ(Shown(Build({" ♪", "La", " la", "♪", " Oi"})), std::string("_♪|La|_la|♪|_Oi"));
}

TEST("a text cut anywhere into tokens comes back as it was") {
  std::mt19937 random(1);
  const std::array<std::string_view, 9> pieces = {"Olá, mundo! ",
                                                  "客観的実在の「判断」。",
                                                  "ที่นี่ดีมาก ",
                                                  "(risos) ♪ la ♪ ",
                                                  "👩‍👩‍👧 👋🏽",
                                                  "그는 이리저리 ",
                                                  "नमस्ते दुनिया। ",
                                                  "iPhone用2023年",
                                                  "مرحبا "};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t i = random() % 6; i > 0; --i) text += pieces[random() % pieces.size()];
    std::vector<std::string> tokens;
    std::vector<whisper_token> ids;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t length = std::min<std::size_t>(rest.size(), 1 + random() % 8);
      ids.push_back(static_cast<whisper_token>(tokens.size()));
      tokens.emplace_back(rest.substr(0, length));
      rest.remove_prefix(length);
    }
    const auto words = Build(tokens);
    CHECK_EQ(theo::TextOf(words), text.substr(0, text.find_last_not_of(' ') + 1));
    CHECK(AreFirst(words, ids));
  }
}

TEST("whatever tokens a model makes up, the words say what they say") {
  std::mt19937 random(2);
  const auto text_tokens = static_cast<std::uint32_t>(DemoModel().vocabulary().end());
  for (int round = 0; round < 2000; ++round) {
    std::vector<theo::OutputToken> tokens;
    std::vector<whisper_token> ids;
    std::string bytes;
    for (std::size_t i = random() % 30; i > 0; --i) {
      // The first 256 tokens are the single bytes.
      const std::uint32_t most = random() % 2 == 0 ? 256 : text_tokens;
      ids.push_back(static_cast<whisper_token>(random() % most));
      tokens.push_back({ids.back(), -0.1F});
      bytes += DemoModel().vocabulary().TokenBytes(ids.back());
    }
    const auto words = theo::JoinWords(DemoModel().vocabulary(), tokens);
    CHECK_EQ(Collapsed(theo::TextOf(words)), Collapsed(theo::WholeCharacters(bytes)));
    CHECK(AreFirst(words, ids));
    for (const auto& word : words) {
      CHECK(!word.text.empty() && !word.tokens.empty());
      CHECK(!word.text.starts_with(' ') && !word.text.ends_with(' '));
      CHECK(word.probability > 0.0F && word.probability <= 1.0F);
    }
  }
}

THEO_TEST_MAIN()
