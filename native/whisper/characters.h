#pragma once

namespace theo {

/// What a character means for where words begin and end.
enum class CharacterRole {
  /// Punctuation, symbols, emoji: part of the word before them.
  kOther,
  kSpace,
  /// A letter or digit of a script that writes spaces between words.
  kLetter,
  /// A letter of a script that writes none: Chinese, Japanese, Thai, Lao, Khmer, Burmese, Tibetan.
  kUnspaced,
  /// Belongs to the character before it: combining marks, variation selectors, small kana, repetition marks.
  kExtend,
  /// Belongs to the character before it and to the one behind it: emoji joiners, signs that stack consonants.
  kJoiner,
  /// An unspaced letter that is written before the consonant it belongs to: Thai and Lao vowels.
  kLeadingVowel,
  kOpeningBracket,
  kClosingBracket,
  kOpeningQuote,
  /// A musical note.
  kNote,
};

CharacterRole RoleOf(char32_t character);

}  // namespace theo
