#pragma once

#include <whisper.h>

#include <optional>
#include <span>

#include "whisper/vocabulary.h"

namespace theo {

struct SampledToken {
  whisper_token id = 0;
  /// Natural logarithm of its probability among the tokens that were allowed.
  float log_probability = 0.0F;
};

/// Greedy choice of the next token under Whisper's rules for its vocabulary: no special tokens in the text,
/// no end before the first word, timestamps in pairs and never backwards.
/// Source of the timestamp rules: Radford et al., "Robust Speech Recognition via Large-Scale Weak
/// Supervision" (2022), reference decoder.
class Sampler {
 public:
  /// @param timestamps whether the text is to be cut by timestamp tokens.
  /// @param latest_first_timestamp_seconds where the first of them is at the latest; may be infinite.
  Sampler(const Vocabulary& vocabulary, bool timestamps, float latest_first_timestamp_seconds);

  /// Chooses from the last position's logits, one per vocabulary entry, and remembers the choice.
  SampledToken Next(std::span<const float> logits);

  /// Records a token that was forced, as if it had been chosen.
  void Accept(whisper_token token);

 private:
  struct Allowed {
    bool text = true;
    bool end = true;
    whisper_token first_timestamp = 0;
    whisper_token last_timestamp = -1;  // exclusive; below first_timestamp: none
  };

  [[nodiscard]] Allowed AllowedNext(whisper_token vocabulary_size) const;
  [[nodiscard]] bool IsTimestamp(whisper_token token) const { return token >= first_timestamp_; }

  bool timestamps_;
  float latest_first_timestamp_seconds_;
  whisper_token end_;
  whisper_token first_timestamp_;
  std::optional<whisper_token> space_;
  int count_ = 0;
  whisper_token last_ = -1;
  whisper_token before_last_ = -1;
  whisper_token latest_timestamp_ = -1;
};

}  // namespace theo
