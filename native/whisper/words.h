#pragma once

#include <whisper.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "whisper/characters.h"
#include "whisper/vocabulary.h"

namespace theo {

/// A token of the output with the natural logarithm of its probability.
struct OutputToken {
  whisper_token id = 0;
  float log_probability = 0.0F;
};

/// When a word is said, in seconds from the audio's start.
struct WordTime {
  float start_seconds = 0.0F;
  float end_seconds = 0.0F;
};

/// A word: tokens that are committed, shown and forced together.
struct Word {
  /// UTF-8, whole characters; without the white space around it.
  std::string text;
  /// Whether white space stands before it. Chinese, Japanese, Thai... have none between words.
  bool space_before = false;
  std::vector<whisper_token> tokens;
  /// Geometric mean of the tokens' probabilities, 0..1.
  float probability = 0.0F;
  /// Where it was asked for.
  std::optional<WordTime> time;
};

/// Joins tokens into words. A word begins at white space, at an opening bracket and at a note, and with
/// a token that begins with a letter behind a closing bracket or a note. In scripts without spaces every
/// token that begins with a letter begins a word, unless that letter belongs to the one before; so does a
/// letter of another script behind them. Punctuation stays with the word before it, opening quotes with the
/// word behind them.
///
/// Tokens that cut a character in two are kept together. Bytes that form no character are left out, white
/// space between words counts as one space; but for these, the words with their spaces are exactly what the
/// tokens say.
class WordBuilder {
 public:
  /// @param bytes what the token stands for.
  void Add(const OutputToken& token, std::string_view bytes);

  /// Returns the words and empties the builder. Tokens at the end that are only a space or half a character
  /// are left out.
  std::vector<Word> Take();

 private:
  void AddUnit();
  [[nodiscard]] bool StartsWord(CharacterRole first) const;
  void Append(std::string_view text);
  void FinishWord();

  std::vector<Word> words_;
  Word word_;
  float log_probability_ = 0.0F;
  /// The role of the word's last character.
  CharacterRole last_role_ = CharacterRole::kOther;
  /// Whether its last letter belongs to a script without spaces.
  bool is_unspaced_ = false;
  /// Whether white space follows the word.
  bool space_follows_ = false;
  /// Tokens whose characters are not whole yet, or that have shown nothing yet.
  std::vector<OutputToken> unit_;
  std::string unit_bytes_;
};

/// Text tokens as words: see `WordBuilder`.
std::vector<Word> JoinWords(const Vocabulary& vocabulary, std::span<const OutputToken> tokens);

/// The words as one text, each with its own spacing; no space at the beginning.
std::string TextOf(std::span<const Word> words);

}  // namespace theo
