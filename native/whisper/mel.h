#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "whisper/mel_fft.h"

namespace theo {

/// The mel filters that a model file carries: `bands` rows of MelFft::kBins weights.
struct MelFilters {
  std::size_t bands = 0;
  std::vector<float> weights;
};

/// Whisper's log-mel spectrogram (Radford et al. 2022, reference `audio.py`): 25 ms Hann frames every 10 ms,
/// log10 of the filters' energies, floored 8 below the loudest, then (x + 4) / 4.
///
/// whisper.cpp's own computes the same over a padding of 30 s whatever the audio's length, which costs an
/// utterance's first partial as much as everything before its encoder.
class MelSpectrogram {
 public:
  explicit MelSpectrogram(const MelFilters& filters);

  /// @param samples mono 16 kHz, more than 200 of them.
  /// @param frames frames to give, of 10 ms each; what lies beyond the audio is silence.
  /// @param mel filled with bands * frames values, a band's frames side by side.
  void Compute(std::span<const float> samples, std::size_t frames, std::vector<float>& mel);

 private:
  struct Filter {
    std::size_t first_bin = 0;
    std::vector<float> weights;
  };

  void FillFrame(std::span<const float> samples, std::size_t frame, std::size_t slot);

  std::vector<Filter> filters_;
  std::vector<float> window_;
  std::vector<float> power_;
  MelFft fft_;
};

}  // namespace theo
