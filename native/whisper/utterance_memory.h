#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "whisper/audio_rows.h"
#include "whisper/mel.h"

namespace theo {

/// 20 ms at 16 kHz: what an encoder position stands for.
inline constexpr std::size_t kSamplesPerPosition = 320;

/// What is kept of an utterance from one decode to the next, so that each encodes only what is new: its
/// spectrogram and the rows of its positions.
struct UtteranceMemory {
  UtteranceMemory(const Device& device, const Dimensions& dimensions)
      : rows(device, dimensions, dimensions.audio_context) {}

  /// Forgets what audio beyond the first `samples` came to. The rows right before it know a little of that
  /// audio; the next decode encodes them anew.
  void Forget(std::size_t samples) {
    if (samples >= mel.samples()) return;
    mel.Forget(samples);
    positions = std::min(positions, static_cast<std::int32_t>(samples / kSamplesPerPosition));
  }

  /// Held by the decode that uses it: there may be two at the same time for a moment, when one is being
  /// aborted.
  std::mutex mutex;
  UtteranceMel mel;
  AudioRows rows;
  /// Positions whose rows are known. Rows behind them were computed over the margin.
  std::int32_t positions = 0;
  /// The loudest value of the spectrogram as the rows were computed.
  float loudest = 0.0F;
};

}  // namespace theo
