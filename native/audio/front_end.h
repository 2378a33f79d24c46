#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "audio/energy.h"
#include "audio/format.h"
#include "audio/gain_follower.h"
#include "audio/resampler.h"
#include "simd/kernels.h"

namespace theo {

/**
 * The front end of one audio stream: 16-bit PCM at any rate -> 16 kHz -> DC blocker -> level and flatness ->
 * gain -> hops. Everything after the resampler works on whole hops, so nothing depends on how the input was
 * cut. Push and Flush neither allocate nor lock.
 */
class FrontEnd {
 public:
  /** @param input_rate_hz kMinInputRateHz..kMaxInputRateHz. */
  explicit FrontEnd(int input_rate_hz, const simd::Kernels& kernels = simd::ActiveKernels());

  /** The most hops that Push can complete with this many samples. */
  std::size_t MaxHops(std::size_t input_samples) const;
  /** Hops that Flush will give: what is pending, rounded up. */
  std::size_t FlushHops() const;

  /**
   * @param pcm little-endian samples, an even number of bytes, any alignment.
   * @param samples room for MaxHops hops of kHopSamples. @param levels room for as many.
   * @returns hops written.
   */
  std::size_t Push(std::span<const unsigned char> pcm, std::span<float> samples, std::span<Energy> levels);

  /** Ends the input: FlushHops hops, the last padded with zeros. The next Push begins a new stretch. */
  std::size_t Flush(std::span<float> samples, std::span<Energy> levels);

  /**
   * Sets the rate of what is pushed from now on. Earlier input keeps its place in time. Where the rates meet,
   * each side is filtered as if the other were silent; that is audible over the filter's half width at most.
   */
  void SetInputRate(int input_rate_hz);

  int input_rate_hz() const { return resampler_.input_rate_hz(); }
  /** Samples at 16 kHz that have been pushed and not yet come out. */
  std::uint64_t pending_samples() const { return filled_ + resampler_.pending(); }
  float gain() const { return gain_.gain(); }

 private:
  /** Where finished hops are written. */
  struct Sink {
    std::span<float> samples;
    std::span<Energy> levels;
    std::size_t hops = 0;
  };

  void Drain(Sink& sink);
  void CompleteHop(Sink& sink);

  const simd::Kernels* kernels_;
  Resampler resampler_;
  EnergyMeter energy_;
  GainFollower gain_;

  /** Outputs that a resampler may still owe after Drain, when its input's rate changes: its half width and
   * rounding. */
  static constexpr std::size_t kMaxOwed = 64;

  std::array<float, kHopSamples + kMaxOwed> incoming_{};  // at 16 kHz, filled_ of them
  std::size_t filled_ = 0;
  std::array<std::array<float, kHopSamples>, 2>
      hops_{};  // after the DC blocker: the frame's halves, in turns
  std::size_t newest_ = 0;
  float previous_squares_ = 0.0F;
  double dc_mean_ = 0.0;
};

}  // namespace theo
