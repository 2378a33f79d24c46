#include "whisper/words.h"

#include <cmath>
#include <string_view>

namespace theo {
namespace {

constexpr unsigned char Byte(char character) {
  return static_cast<unsigned char>(character);
}

std::size_t SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xF0) return 4;
  if (lead >= 0xE0) return 3;
  if (lead >= 0xC0) return 2;
  return 0;  // a continuation byte cannot lead
}

// U+0E00 and up (Thai, Kana, Han...): three bytes or more, lead 0xE0 with a second byte from 0xB8, or higher.
// General punctuation (U+2000..U+206F) is written between words in every script and does not count.
bool IsUnspacedScript(std::string_view bytes) {
  if (bytes.size() < 3) return false;
  const unsigned char lead = Byte(bytes[0]);
  return (lead == 0xE0 && Byte(bytes[1]) >= 0xB8) || (lead >= 0xE3 && lead <= 0xE9);
}

class WordBuilder {
 public:
  void Add(const OutputToken& token, std::string_view bytes) {
    const bool starts_word = bytes.starts_with(' ') || (IsWhole() && IsUnspacedScript(bytes));
    if (starts_word) Finish();
    if (word_.text.empty() && bytes.starts_with(' ')) bytes.remove_prefix(1);
    word_.text += bytes;
    word_.tokens.push_back(token.id);
    log_probability_ += token.log_probability;
  }

  std::vector<Word> Take() {
    Finish();
    return std::move(words_);
  }

 private:
  [[nodiscard]] bool IsWhole() const { return WholeUtf8Length(word_.text) == word_.text.size(); }

  void Finish() {
    word_.text.resize(WholeUtf8Length(word_.text));
    if (!word_.text.empty()) {
      const auto count = static_cast<float>(word_.tokens.size());
      word_.probability = std::exp(log_probability_ / count);
      words_.push_back(std::move(word_));
    }
    word_ = {};
    log_probability_ = 0.0F;
  }

  std::vector<Word> words_;
  Word word_;
  float log_probability_ = 0.0F;
};

}  // namespace

std::size_t WholeUtf8Length(std::string_view bytes) {
  std::size_t position = 0;
  while (position < bytes.size()) {
    const std::size_t length = SequenceLength(Byte(bytes[position]));
    if (length == 0 || position + length > bytes.size()) return position;
    for (std::size_t i = 1; i < length; ++i) {
      if ((Byte(bytes[position + i]) & 0xC0U) != 0x80U) return position;
    }
    position += length;
  }
  return position;
}

std::vector<Word> JoinWords(const Model& model, std::span<const OutputToken> tokens) {
  WordBuilder builder;
  for (const OutputToken& token : tokens) builder.Add(token, model.TokenBytes(token.id));
  return builder.Take();
}

}  // namespace theo
