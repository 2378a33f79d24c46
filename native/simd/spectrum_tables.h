#pragma once

#include <cstddef>

namespace theo::simd {

/** Length of the complex FFT that a real frame of twice as many samples needs. */
inline constexpr std::size_t kFftSize = 512;

/**
 * Constants of the spectrum kernel for vectors of `lanes` floats. The complex FFT of 512 runs as `lanes`
 * interleaved FFTs of 512 / lanes, one in each lane, followed by a DFT of `lanes` points across the lanes.
 */
struct SpectrumTables {
  explicit SpectrumTables(std::size_t lanes);

  /** Periodic Hann window of a frame. */
  alignas(64) float window[2 * kFftSize];
  /**
   * Radix-4 Stockham passes over 512 / lanes slots, in order of use: for each butterfly p of a pass over n
   * slots re and im of w_n^p, w_n^2p, w_n^3p.
   */
  alignas(64) float pass_twiddles[2 * kFftSize];
  /** w_512^(lane * slot): [slot][re or im][lane]. */
  alignas(64) float lane_twiddles[2 * kFftSize];
  /** w_1024^k, real parts and imaginary parts: they take the two interleaved real halves apart. */
  alignas(64) float split_re[kFftSize / 2];
  alignas(64) float split_im[kFftSize / 2];
};

}  // namespace theo::simd
