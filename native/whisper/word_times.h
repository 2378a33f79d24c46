#pragma once

#include <cstdint>
#include <span>

#include "whisper/vocabulary.h"
#include "whisper/words.h"

namespace theo {

/// Sets the times of words from those of their tokens. A word lasts from its first token to its last one
/// without the punctuation around it: that takes the pauses. A word that is too long beside the others
/// contains a pause, too; so the first word, and one that begins a sentence, then begins later.
///
/// Source of these corrections: `timing.py` of OpenAI's Whisper.
/// @param starts of all words' tokens, and where the last one ends; in positions of 20 ms. See `TokenStarts`.
void TimeWords(const Vocabulary& vocabulary, std::span<const std::int32_t> starts, std::span<Word> words);

}  // namespace theo
