#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "whisper/abort_flags.h"
#include "whisper/audio_rows.h"
#include "whisper/graph.h"
#include "whisper/silence.h"
#include "whisper/weights.h"

namespace theo {

/// Which positions are to be encoded, and what they may attend to.
struct EncoderInput {
  /// Positions `first` to `last` - 1; those before `first` have their rows already.
  std::int32_t first = 0;
  std::int32_t last = 0;
  /// Frames 2 * first - 2 to 2 * last of the spectrogram, a frame's bands side by side.
  std::vector<float> frames;
  /// Where the rows of the positions are kept.
  const AudioRows* rows = nullptr;
  /// What stands for the positions from `last` on; nullptr: nothing.
  const Silence* silence = nullptr;
  /// As in Silence::From.
  std::int32_t nearest_silence = 0;
};

/// Whisper's audio encoder, for any range of positions: new ones attend to each other, to the rows of earlier
/// ones as they were computed then, and to the silence behind them. The positions of several utterances go
/// through a linear layer together.
class Encoder {
 public:
  Encoder(const Weights& weights, const Dimensions& dimensions) : weights_(weights), sizes_(dimensions) {}

  /// Computes the rows of the positions, for the encoder's own layers and for the decoder.
  /// @param inputs of different utterances; their frames are moved out.
  /// @return false when it was aborted; the positions' rows are then unusable.
  [[nodiscard]] bool Encode(Graph& graph, std::span<EncoderInput> inputs, std::int32_t threads,
                            AbortFlags aborts) const;

 private:
  ggml_tensor* Convolve(Graph& graph, EncoderInput& input) const;

  const Weights& weights_;
  const Dimensions& sizes_;
};

}  // namespace theo
