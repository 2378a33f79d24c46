#pragma once

#include <whisper.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "whisper/abort_flags.h"
#include "whisper/alignment_heads.h"
#include "whisper/audio_rows.h"
#include "whisper/graph.h"
#include "whisper/silence.h"
#include "whisper/token_rows.h"
#include "whisper/token_starts.h"
#include "whisper/weights.h"

namespace theo {

/// Encoded audio as the decoder attends to it.
struct HeardAudio {
  const AudioRows* rows = nullptr;
  /// Positions that were encoded, and how many of them the audio covers.
  std::int32_t positions = 0;
  std::int32_t covered = 0;
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

  /// How heads attend to the audio that the positions cover, while the tokens are read. Attention is
  /// otherwise computed without ever holding these weights.
  /// @param inputs whose logits are not wanted.
  /// @return for each text; empty when aborted.
  std::vector<CrossAttention> Attention(Graph& graph, std::span<const TextInput> inputs,
                                        std::span<const DecoderHead> heads, std::int32_t threads,
                                        AbortFlags aborts) const;

 private:
  /// Called with the queries of all texts to the audio.
  using OnAudioQueries = std::function<void(std::size_t layer, ggml_tensor* queries)>;

  /// The first layers' output.
  ggml_tensor* Layers(Graph& graph, std::span<const TextInput> inputs, std::size_t layers,
                      const OnAudioQueries& on_audio_queries) const;
  ggml_tensor* Embed(Graph& graph, std::span<const TextInput> inputs) const;

  const Weights& weights_;
  const Dimensions& sizes_;
  std::vector<float> logits_;
};

}  // namespace theo
