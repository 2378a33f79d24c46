#include "whisper/mel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace theo {
namespace {

constexpr std::size_t kHop = 160;
/// Frames are centred: the first reaches this far before the audio, which is mirrored there.
constexpr std::size_t kCentre = MelFft::kSize / 2;
constexpr float kSmallestEnergy = 1e-10F;
constexpr float kDynamicRange = 8.0F;
constexpr float kNormalLoudest = 1.0F;
// 30 dB. With more gain, silence would not stay at the floor.
constexpr float kMostGain = 3.0F;

float Loudest(std::span<const float> values, float so_far) {
  for (const float value : values) so_far = std::max(so_far, value);
  return so_far;
}

/// Complete frames in whole groups: frames are transformed in groups, and round differently in other groups.
std::size_t WholeGroups(std::size_t samples) {
  return MelSpectrogram::CompleteFrames(samples) / MelFft::kFrames * MelFft::kFrames;
}

}  // namespace

MelSpectrogram::MelSpectrogram(const MelFilters& filters)
    : window_(MelFft::kSize), power_(MelFft::kFrames * MelFft::kBins) {
  for (std::size_t i = 0; i < window_.size(); ++i) {
    const double angle =
        2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(window_.size());
    window_[i] = static_cast<float>(0.5 * (1.0 - std::cos(angle)));
  }
  // A band covers only a few neighbouring bins: the zeros around them are not stored.
  for (std::size_t band = 0; band < filters.bands; ++band) {
    const auto row = filters.weights.begin() + static_cast<std::ptrdiff_t>(band * MelFft::kBins);
    const auto end = row + static_cast<std::ptrdiff_t>(MelFft::kBins);
    const auto is_used = [](float weight) { return weight != 0.0F; };
    const auto first = std::find_if(row, end, is_used);
    auto last = end;
    while (last != first && !is_used(*(last - 1))) --last;
    filters_.push_back({static_cast<std::size_t>(first - row), std::vector<float>(first, last)});
  }
}

void MelSpectrogram::FillFrame(std::span<const float> samples, std::size_t frame, std::size_t slot) {
  const std::size_t start = frame * kHop;
  for (std::size_t i = 0; i < MelFft::kSize; ++i) {
    const std::size_t position = start + i;
    const std::size_t index = position < kCentre ? kCentre - position : position - kCentre;
    fft_.Input(slot, i) = index < samples.size() ? window_[i] * samples[index] : 0.0F;
  }
}

std::size_t MelSpectrogram::SoundingFrames(std::size_t samples) {
  return (samples + kCentre) / kHop + 1;
}

std::size_t MelSpectrogram::CompleteFrames(std::size_t samples) {
  return samples < kCentre ? 0 : (samples - kCentre) / kHop + 1;
}

void MelSpectrogram::LogEnergies(std::span<const float> samples, std::size_t first, std::size_t frames,
                                 std::span<float> output) {
  for (std::size_t done = 0; done < frames; done += MelFft::kFrames) {
    for (std::size_t slot = 0; slot < MelFft::kFrames; ++slot) FillFrame(samples, first + done + slot, slot);
    fft_.PowerSpectra(std::span<float, MelFft::kFrames * MelFft::kBins>(power_));
    const std::size_t count = std::min(MelFft::kFrames, frames - done);
    for (std::size_t slot = 0; slot < count; ++slot) {
      const float* power = power_.data() + slot * MelFft::kBins;
      for (std::size_t band = 0; band < bands(); ++band) {
        const Filter& filter = filters_[band];
        float energy = 0.0F;
        for (std::size_t i = 0; i < filter.weights.size(); ++i) {
          energy += power[filter.first_bin + i] * filter.weights[i];
        }
        output[(done + slot) * bands() + band] = std::log10(std::max(energy, kSmallestEnergy));
      }
    }
  }
}

void UtteranceMel::Forget(std::size_t samples) {
  if (samples >= samples_) return;
  samples_ = samples;
  complete_ = std::min(complete_, WholeGroups(samples));
  energies_.resize(complete_ * bands_);
  loudest_complete_ = Loudest(energies_, MelSpectrogram::kSilence);
  loudest_ = loudest_complete_;
}

void UtteranceMel::Update(MelSpectrogram& spectrogram, std::span<const float> samples) {
  Forget(samples.size());
  samples_ = samples.size();
  bands_ = spectrogram.bands();
  const std::size_t frames = MelSpectrogram::SoundingFrames(samples.size());
  energies_.resize(frames * bands_);
  const auto fresh = std::span(energies_).subspan(complete_ * bands_);
  spectrogram.LogEnergies(samples, complete_, frames - complete_, fresh);

  loudest_ = Loudest(fresh, loudest_complete_);
  const std::size_t complete = WholeGroups(samples.size());
  loudest_complete_ = Loudest(fresh.first((complete - complete_) * bands_), loudest_complete_);
  complete_ = complete;
}

std::vector<float> UtteranceMel::Frames(std::ptrdiff_t first, std::ptrdiff_t end, std::ptrdiff_t window,
                                        float loudest, Level level) const {
  const float shift = level == Level::kNormal ? std::min(kNormalLoudest - loudest, kMostGain) : 0.0F;
  const float highest = level == Level::kNormal ? kNormalLoudest : loudest;
  const float floor = highest - kDynamicRange;
  const auto known = static_cast<std::ptrdiff_t>(energies_.size() / bands_);
  const auto scaled = [&](float value) { return (std::max(value + shift, floor) + 4.0F) / 4.0F; };

  std::vector<float> frames(static_cast<std::size_t>(end - first) * bands_);
  for (std::ptrdiff_t frame = std::max<std::ptrdiff_t>(first, 0); frame < std::min(end, window); ++frame) {
    float* output = frames.data() + static_cast<std::size_t>(frame - first) * bands_;
    const float* energies = energies_.data() + static_cast<std::size_t>(frame) * bands_;
    for (std::size_t band = 0; band < bands_; ++band) {
      output[band] = scaled(frame < known ? energies[band] : MelSpectrogram::kSilence);
    }
  }
  return frames;
}

}  // namespace theo
