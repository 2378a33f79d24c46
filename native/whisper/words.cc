#include "whisper/words.h"

#include <cmath>
#include <utility>

#include "whisper/utf8.h"

namespace theo {
namespace {

using enum CharacterRole;

std::string_view WithoutLeadingSpace(std::string_view text) {
  for (Utf8Character next = ReadUtf8(text); next.length > 0 && RoleOf(next.code_point) == kSpace;
       next = ReadUtf8(text)) {
    text.remove_prefix(next.length);
  }
  return text;
}

/// `text` up to and with its last character that is not white space.
std::string_view WithoutTrailingSpace(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t position = 0; position < text.size();) {
    const Utf8Character next = ReadUtf8(text.substr(position));
    position += next.length;
    if (RoleOf(next.code_point) != kSpace) end = position;
  }
  return text.substr(0, end);
}

}  // namespace

void WordBuilder::Add(const OutputToken& token, std::string_view bytes) {
  unit_.push_back(token);
  unit_bytes_ += bytes;
  if (!EndsInsideCharacter(unit_bytes_)) AddUnit();
}

std::vector<Word> WordBuilder::Take() {
  AddUnit();
  FinishWord();
  std::vector<Word> words = std::move(words_);
  *this = {};
  return words;
}

void WordBuilder::AddUnit() {
  const std::string text = WholeCharacters(unit_bytes_);
  unit_bytes_.clear();
  const std::string_view from_first = WithoutLeadingSpace(text);
  if (from_first.size() < text.size()) space_follows_ = true;
  if (from_first.empty()) return;
  if (space_follows_ || StartsWord(RoleOf(ReadUtf8(from_first).code_point))) {
    FinishWord();
    word_.space_before = std::exchange(space_follows_, false);
  }
  const std::string_view shown = WithoutTrailingSpace(from_first);
  Append(shown);
  space_follows_ = shown.size() < from_first.size();
  for (const OutputToken& token : unit_) {
    word_.tokens.push_back(token.id);
    log_probability_ += token.log_probability;
  }
  unit_.clear();
}

bool WordBuilder::StartsWord(CharacterRole first) const {
  switch (last_role_) {
    case kJoiner:
    case kLeadingVowel:
    case kOpeningBracket:
    case kOpeningQuote:
      return false;
    default:
      break;
  }
  switch (first) {
    case kUnspaced:
    case kLeadingVowel:
    case kOpeningBracket:
    case kNote:
      return true;
    case kOpeningQuote:
      return is_unspaced_;
    case kLetter:
      return is_unspaced_ || last_role_ == kClosingBracket || last_role_ == kNote;
    default:
      return false;
  }
}

void WordBuilder::Append(std::string_view text) {
  word_.text += text;
  while (!text.empty()) {
    const Utf8Character next = ReadUtf8(text);
    last_role_ = RoleOf(next.code_point);
    if (last_role_ == kUnspaced || last_role_ == kLeadingVowel) is_unspaced_ = true;
    if (last_role_ == kLetter) is_unspaced_ = false;
    text.remove_prefix(next.length);
  }
}

void WordBuilder::FinishWord() {
  if (!word_.tokens.empty()) {
    word_.probability = std::exp(log_probability_ / static_cast<float>(word_.tokens.size()));
    words_.push_back(std::move(word_));
  }
  word_ = {};
  log_probability_ = 0.0F;
}

std::vector<Word> JoinWords(const Vocabulary& vocabulary, std::span<const OutputToken> tokens) {
  WordBuilder builder;
  for (const OutputToken& token : tokens) builder.Add(token, vocabulary.TokenBytes(token.id));
  return builder.Take();
}

std::string TextOf(std::span<const Word> words) {
  std::string text;
  for (const Word& word : words) {
    if (word.space_before && !text.empty()) text += ' ';
    text += word.text;
  }
  return text;
}

}  // namespace theo
