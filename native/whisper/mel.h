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

/// The first half of Whisper's log-mel spectrogram (Radford et al. 2022, reference `audio.py`): log10 of the
/// filters' energies in 25 ms Hann frames, one every 10 ms.
class MelSpectrogram {
 public:
  /// A frame at least this far beyond the audio is silent.
  static constexpr float kSilence = -10.0F;

  explicit MelSpectrogram(const MelFilters& filters);

  [[nodiscard]] std::size_t bands() const { return filters_.size(); }

  /// Frames that a sample of the audio reaches into.
  [[nodiscard]] static std::size_t SoundingFrames(std::size_t samples);
  /// Frames that later audio cannot change.
  [[nodiscard]] static std::size_t CompleteFrames(std::size_t samples);

  /// @param samples mono 16 kHz, more than 200 of them; the first frame is mirrored at their start.
  /// @param output the energies of `frames` frames from `first` on, a frame's bands side by side.
  void LogEnergies(std::span<const float> samples, std::size_t first, std::size_t frames,
                   std::span<float> output);

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

/// How a spectrogram is scaled before it is cut off 8 below its loudest value, in units of log10.
enum class Level {
  /// Unchanged, as in Whisper's reference: silence has another value in every recording.
  kAsRecorded,
  /// The loudest value is brought to 1, by at most kMostGain: silence then has one value everywhere.
  kNormal,
};

/// The spectrogram of an utterance that grows: frames are computed once, as their audio comes in.
class UtteranceMel {
 public:
  /// The value of silence in a spectrogram of normal level.
  static constexpr float kNormalSilence = -0.75F;

  /// Forgets all audio behind the first `samples`.
  void Forget(std::size_t samples);

  /// Takes the utterance's whole audio so far: the earlier audio, and more behind it.
  void Update(MelSpectrogram& spectrogram, std::span<const float> samples);

  /// How many samples the last Update had.
  [[nodiscard]] std::size_t samples() const { return samples_; }

  /// The loudest value so far.
  [[nodiscard]] float loudest() const { return loudest_; }

  /// Frames as the encoder takes them: floored and scaled. Frames before the audio's start and from `window`
  /// on are zeros.
  /// @param first may be negative.
  /// @param window frames of the model's window.
  /// @param loudest the value that is brought to the level: `loudest()`, now or of an earlier time.
  [[nodiscard]] std::vector<float> Frames(std::ptrdiff_t first, std::ptrdiff_t end, std::ptrdiff_t window,
                                          float loudest, Level level) const;

 private:
  std::size_t bands_ = 0;
  std::size_t samples_ = 0;
  /// Frames that are final, then those that more audio would change.
  std::vector<float> energies_;
  std::size_t complete_ = 0;
  float loudest_complete_ = MelSpectrogram::kSilence;
  float loudest_ = MelSpectrogram::kSilence;
};

}  // namespace theo
