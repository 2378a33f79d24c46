#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

#include "whisper/audio_rows.h"
#include "whisper/mel.h"

namespace theo {

/// An encoder position stands for 20 ms at 16 kHz.
inline constexpr std::size_t kSamplesPerPosition = 320;

/// What an utterance's rows were computed from.
struct EncodedAudio {
  std::size_t samples = 0;
  /// Positions that were encoded.
  std::int32_t positions = 0;
  /// The nearest silence behind them, as in EncoderInput; nothing: there was none.
  std::optional<std::int32_t> nearest_silence;
  Level level = Level::kNormal;

  bool operator==(const EncodedAudio&) const = default;
};

/// An utterance's spectrogram and the rows of its positions, kept from one decode to the next, so that each
/// decode encodes only new audio.
struct UtteranceMemory {
  UtteranceMemory(const Device& device, const Dimensions& dimensions)
      : rows(device, dimensions, dimensions.audio_context) {}

  /// Forgets the results of audio behind the first `samples`. The rows right before were computed with a
  /// little of that audio; the next decode encodes them anew.
  void Forget(std::size_t samples) {
    if (samples >= mel.samples()) return;
    encoded.reset();
    mel.Forget(samples);
    positions = std::min(positions, static_cast<std::int32_t>(samples / kSamplesPerPosition));
  }

  /// Held by the decode that uses the memory: while one is being aborted, another may start.
  std::mutex mutex;
  UtteranceMel mel;
  AudioRows rows;
  /// Positions whose rows are valid; rows behind them were computed from the margin behind the audio.
  std::int32_t positions = 0;
  /// Present while the rows are those of a whole decode: another one of the same need not encode.
  std::optional<EncodedAudio> encoded;
  /// The spectrogram's loudest value when the rows were computed.
  float loudest = 0.0F;
};

}  // namespace theo
