#include "audio/energy.h"

#include <algorithm>
#include <cmath>

#include "audio/format.h"

namespace theo {
namespace {

/** Bins above this part of the lower rate are left out: the resampler damps them. */
constexpr double kUsableBand = 0.446;
constexpr double kBinHz = static_cast<double>(kSampleRateHz) / kFrameSamples;

}  // namespace

float LevelDbfs(float sum_of_squares, std::size_t samples) {
  const float mean_square = sum_of_squares / static_cast<float>(samples);
  return mean_square > 1e-12F ? 10.0F * std::log10(mean_square) : kFloorDbfs;
}

EnergyMeter::EnergyMeter(int input_rate_hz, const simd::Kernels& kernels)
    : kernels_(&kernels), tables_(&simd::TablesFor(kernels)) {
  const double highest_hz = kUsableBand * std::min(input_rate_hz, kSampleRateHz);
  const auto bins = static_cast<std::size_t>(highest_hz / kBinHz) - kLowBin;
  high_bin_ = kLowBin + bins / simd::kBinMultiple * simd::kBinMultiple;
}

Energy EnergyMeter::Measure(const float* older, const float* newer, float sum_of_squares) const {
  const simd::SpectrumSums sums = kernels_->spectrum(older, newer, *tables_, kLowBin, high_bin_);
  const std::size_t band_count = (high_bin_ - kLowBin) / simd::kBinsPerBand;
  const auto bands = static_cast<float>(band_count);
  const float flatness = std::exp2(sums.log2_magnitude / bands) / (sums.magnitude / bands);
  // NaN comes only from samples that are NaN: such a frame must not count as silence.
  return {LevelDbfs(sum_of_squares, kFrameSamples),
          std::isfinite(flatness) ? std::min(flatness, 1.0F) : 0.0F};
}

}  // namespace theo
