#pragma once

#include <whisper.h>

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "whisper/audio_rows.h"
#include "whisper/graph.h"
#include "whisper/silence.h"
#include "whisper/weights.h"

namespace theo {

/// Encoded audio as the decoder attends to it.
struct HeardAudio {
  const AudioRows* rows = nullptr;
  /// Positions that were encoded.
  std::int32_t positions = 0;
  /// What stands for the positions behind them; nullptr: nothing does.
  const Silence* silence = nullptr;
  /// As in Silence::From.
  std::int32_t nearest_silence = 0;
};

/// Whisper's text decoder with its memory of the tokens so far.
class TextDecoder {
 public:
  TextDecoder(const Device& device, const Weights& weights, const Dimensions& dimensions);

  /// Feeds tokens that follow the first `position` ones; what was fed beyond them is forgotten.
  /// @param wanted of how many tokens, the last ones, the logits are wanted.
  /// @return `wanted` rows of logits, one value a vocabulary entry; empty when it was aborted.
  std::span<float> Forward(Graph& graph, std::span<const whisper_token> tokens, std::int32_t position,
                           std::size_t wanted, const HeardAudio& audio, std::int32_t threads,
                           const std::atomic<bool>& abort);

 private:
  const Weights& weights_;
  const Dimensions& sizes_;
  ggml_context_ptr context_;
  ggml_backend_buffer_ptr buffer_;
  /// [2 * state, text context, layers] halves: keys and values of the tokens.
  ggml_tensor* token_rows_ = nullptr;
  std::vector<float> logits_;
};

}  // namespace theo
