#pragma once

#include <whisper.h>

#include <span>
#include <string>
#include <vector>

#include "whisper/model.h"

namespace theo {

/// A token of the output with the natural logarithm of its probability.
struct OutputToken {
  whisper_token id = 0;
  float log_probability = 0.0F;
};

/// A run of tokens between spaces.
struct Word {
  /// UTF-8, without the space before it.
  std::string text;
  std::vector<whisper_token> tokens;
  /// Geometric mean of the tokens' probabilities, 0..1.
  float probability = 0.0F;
};

/// Joins text tokens to words. Bytes that do not form UTF-8 (a sequence cut at the end) are left out.
/// Scripts without spaces (Chinese, Japanese, Thai...) give a word per token that ends on a whole character.
std::vector<Word> JoinWords(const Model& model, std::span<const OutputToken> tokens);

/// The longest prefix of `bytes` that does not end inside a UTF-8 sequence.
std::size_t WholeUtf8Length(std::string_view bytes);

}  // namespace theo
