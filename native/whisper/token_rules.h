#pragma once

#include <whisper.h>

#include <optional>
#include <span>
#include <vector>

#include "whisper/decode_job.h"
#include "whisper/next_tokens.h"
#include "whisper/vocabulary.h"

namespace theo {

/// What the rules have to know of a text so far.
struct TokenHistory {
  int count = 0;
  whisper_token last = -1;
  whisper_token before_last = -1;
  whisper_token latest_timestamp = -1;
};

/// Whisper's rules for which token may follow: no special tokens in the text, nothing that the request
/// suppresses, no end or space alone before the first word, timestamps in pairs that take time and never go
/// back, and one as soon as the times together are likelier than the likeliest word.
/// Source: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022), reference
/// decoder.
class TokenRules {
 public:
  /// The vocabulary must outlive the rules.
  TokenRules(const Vocabulary& vocabulary, const DecodeRequest& request);

  /// @param logits one for each vocabulary entry; those of some forbidden tokens become minus infinity.
  /// @return what may follow this text.
  [[nodiscard]] NextTokens Follow(const TokenHistory& text, std::span<float> logits) const;

  /// A text that has been continued with a token.
  [[nodiscard]] TokenHistory Continued(TokenHistory text, whisper_token token) const;

  [[nodiscard]] whisper_token end() const { return end_; }

 private:
  struct Timestamps {
    TokenRange range;
    /// Whether words may come, too.
    bool or_text = true;
  };

  [[nodiscard]] Timestamps TimestampsAfter(const TokenHistory& text, whisper_token vocabulary_size) const;
  [[nodiscard]] bool IsTimestamp(whisper_token token) const { return token >= first_timestamp_; }

  bool timestamps_;
  float latest_first_timestamp_seconds_;
  whisper_token end_;
  whisper_token first_timestamp_;
  std::optional<whisper_token> space_;
  std::vector<whisper_token> suppressed_;
};

}  // namespace theo
