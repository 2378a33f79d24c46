#pragma once

#include <cstddef>

#include "simd/kernels.h"

namespace theo {

/** The figures by which silence is recognized. */
struct Energy {
  /** Level of the frame, kFloorDbfs..+6; a full-scale sine has -3. */
  float rms_dbfs;
  /** Geometric over arithmetic mean of the magnitude spectrum: 0 (a tone) .. 1 (flat; digital silence). */
  float flatness;
};

/** Nothing is quieter than this. */
inline constexpr float kFloorDbfs = -120.0F;

/** RMS level of the samples, at least kFloorDbfs. */
float LevelDbfs(float sum_of_squares, std::size_t samples);

/**
 * Level and spectral flatness of frames of kFrameSamples. See docs/audio-front-end.md for the choice of
 * window and bands. Stateless and shared freely between threads.
 */
class EnergyMeter {
 public:
  /** @param input_rate_hz rate of the source: only the band that it can fill is measured. */
  explicit EnergyMeter(int input_rate_hz, const simd::Kernels& kernels = simd::ActiveKernels());

  /** @param older, newer the frame's two halves of kHopSamples; @param sum_of_squares over both. */
  Energy Measure(const float* older, const float* newer, float sum_of_squares) const;

 private:
  /** 125 Hz: above the DC blocker's slope and mains hum's fundamental. */
  static constexpr std::size_t kLowBin = 8;

  const simd::Kernels* kernels_;
  const simd::SpectrumTables* tables_;
  std::size_t high_bin_;
};

}  // namespace theo
