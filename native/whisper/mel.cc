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

}  // namespace

MelSpectrogram::MelSpectrogram(const MelFilters& filters)
    : window_(MelFft::kSize), power_(MelFft::kFrames * MelFft::kBins) {
  for (std::size_t i = 0; i < window_.size(); ++i) {
    const double angle =
        2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(window_.size());
    window_[i] = static_cast<float>(0.5 * (1.0 - std::cos(angle)));
  }
  // A band covers a few neighbouring bins; the zeros around them are left out.
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

void MelSpectrogram::Compute(std::span<const float> samples, std::size_t frames, std::vector<float>& mel) {
  mel.assign(filters_.size() * frames, std::log10(kSmallestEnergy));
  const std::size_t sounding = std::min(frames, (samples.size() + kCentre) / kHop + 1);
  float loudest = std::log10(kSmallestEnergy);
  for (std::size_t first = 0; first < sounding; first += MelFft::kFrames) {
    for (std::size_t slot = 0; slot < MelFft::kFrames; ++slot) FillFrame(samples, first + slot, slot);
    fft_.PowerSpectra(std::span<float, MelFft::kFrames * MelFft::kBins>(power_));
    const std::size_t count = std::min(MelFft::kFrames, sounding - first);
    for (std::size_t slot = 0; slot < count; ++slot) {
      const float* power = power_.data() + slot * MelFft::kBins;
      for (std::size_t band = 0; band < filters_.size(); ++band) {
        const Filter& filter = filters_[band];
        float energy = 0.0F;
        for (std::size_t i = 0; i < filter.weights.size(); ++i) {
          energy += power[filter.first_bin + i] * filter.weights[i];
        }
        const float level = std::log10(std::max(energy, kSmallestEnergy));
        mel[band * frames + first + slot] = level;
        loudest = std::max(loudest, level);
      }
    }
  }
  const float floor = loudest - kDynamicRange;
  for (float& value : mel) value = (std::max(value, floor) + 4.0F) / 4.0F;
}

}  // namespace theo
