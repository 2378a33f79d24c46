#pragma once

#include <whisper.h>

#include <cstdint>
#include <span>
#include <vector>

#include "whisper/abort_flags.h"
#include "whisper/audio_rows.h"
#include "whisper/graph.h"
#include "whisper/silence.h"
#include "whisper/token_rows.h"
#include "whisper/weights.h"

namespace theo {

/// Encoded audio as the decoder attends to it.
struct HeardAudio {
  const AudioRows* rows = nullptr;
  /// Positions that were encoded.
  std::int32_t positions = 0;
  /// What stands for the positions behind them; nullptr: nothing.
  const Silence* silence = nullptr;
  /// As in Silence::From.
  std::int32_t nearest_silence = 0;
};

/// One text's input to a pass of the decoder.
struct TextInput {
  /// They follow the first `position` tokens; tokens fed behind those before are replaced.
  std::span<const whisper_token> tokens;
  std::int32_t position = 0;
  /// How many tokens at the end of `tokens` need logits.
  std::size_t wanted = 0;
  HeardAudio audio;
  const TokenRows* rows = nullptr;
};

/// Whisper's text decoder, for any number of texts at once: all their tokens go through a linear layer
/// together, and each text attends to its own tokens and audio.
class TextDecoder {
 public:
  TextDecoder(const Weights& weights, const Dimensions& dimensions) : weights_(weights), sizes_(dimensions) {}

  /// @return the wanted rows of logits, text after text, a value for each vocabulary entry; empty when
  /// aborted.
  std::span<float> Forward(Graph& graph, std::span<const TextInput> inputs, std::int32_t threads,
                           AbortFlags aborts);

 private:
  ggml_tensor* Embed(Graph& graph, std::span<const TextInput> inputs) const;

  const Weights& weights_;
  const Dimensions& sizes_;
  std::vector<float> logits_;
};

}  // namespace theo
