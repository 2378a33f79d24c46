#include "audio/front_end.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace theo {

FrontEnd::FrontEnd(int input_rate_hz, const simd::Kernels& kernels)
    : kernels_(&kernels), resampler_(input_rate_hz, kernels), energy_(input_rate_hz, kernels) {}

std::size_t FrontEnd::MaxHops(std::size_t input_samples) const {
  return static_cast<std::size_t>((filled_ + resampler_.OutputsFor(input_samples)) / kHopSamples);
}

std::size_t FrontEnd::FlushHops() const {
  return static_cast<std::size_t>((pending_samples() + kHopSamples - 1) / kHopSamples);
}

std::size_t FrontEnd::Push(std::span<const unsigned char> pcm, std::span<float> samples,
                           std::span<Energy> levels) {
  Sink sink{samples, levels};
  while (!pcm.empty()) {
    pcm = pcm.subspan(2 * resampler_.Write(pcm));
    Drain(sink);
  }
  return sink.hops;
}

std::size_t FrontEnd::Flush(std::span<float> samples, std::span<Energy> levels) {
  Sink sink{samples, levels};
  resampler_.Finish();
  Drain(sink);
  if (filled_ > 0) {
    std::fill(incoming_.begin() + static_cast<std::ptrdiff_t>(filled_), incoming_.end(), 0.0F);
    filled_ = kHopSamples;
    CompleteHop(sink);
  }
  resampler_.Reset();
  return sink.hops;
}

void FrontEnd::SetInputRate(int input_rate_hz) {
  if (input_rate_hz == resampler_.input_rate_hz()) return;
  Resampler next(input_rate_hz, *kernels_);
  // The old filter's last outputs have room behind the hop; the next Push completes it.
  resampler_.Finish();
  filled_ += resampler_.Read(std::span(incoming_).subspan(filled_));
  resampler_ = std::move(next);
  energy_ = EnergyMeter(input_rate_hz, *kernels_);
}

void FrontEnd::Drain(Sink& sink) {
  for (;;) {
    if (filled_ >= kHopSamples) CompleteHop(sink);
    const std::size_t count = resampler_.Read(std::span(incoming_).subspan(filled_, kHopSamples - filled_));
    if (count == 0) return;
    filled_ += count;
  }
}

void FrontEnd::CompleteHop(Sink& sink) {
  const std::array<float, kHopSamples>& older = hops_[newest_];
  newest_ ^= 1U;
  std::array<float, kHopSamples>& newer = hops_[newest_];

  const simd::HopLevel level = kernels_->block_dc(incoming_.data(), kHopSamples, &dc_mean_, newer.data());
  // In silence the mean would decay into denormals, which are slow; and a NaN would stay for ever.
  if (!(std::abs(dc_mean_) > 1e-15) || !std::isfinite(dc_mean_)) dc_mean_ = 0.0;

  const Energy energy = energy_.Measure(older.data(), newer.data(), previous_squares_ + level.sum_of_squares);
  previous_squares_ = level.sum_of_squares;

  const GainFollower::Ramp ramp = gain_.Next(level.peak, LevelDbfs(level.sum_of_squares, kHopSamples));
  kernels_->apply_gain(newer.data(), kHopSamples, ramp.from, ramp.to,
                       sink.samples.subspan(sink.hops * kHopSamples, kHopSamples).data());
  sink.levels[sink.hops++] = energy;

  filled_ -= kHopSamples;
  std::copy_n(incoming_.data() + kHopSamples, filled_, incoming_.data());
}

}  // namespace theo
