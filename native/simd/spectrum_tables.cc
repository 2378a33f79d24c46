#include "simd/spectrum_tables.h"

#include <cmath>
#include <numbers>

namespace theo::simd {
namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;

}  // namespace

SpectrumTables::SpectrumTables(std::size_t lanes)
    : window{}, pass_twiddles{}, lane_twiddles{}, split_re{}, split_im{} {
  for (std::size_t n = 0; n < 2 * kFftSize; ++n) {
    window[n] = static_cast<float>(0.5 - 0.5 * std::cos(kTurn * static_cast<double>(n) / (2.0 * kFftSize)));
  }

  const std::size_t slots = kFftSize / lanes;
  float* next = pass_twiddles;
  for (std::size_t n = slots; n >= 4; n /= 4) {
    for (std::size_t p = 0; p < n / 4; ++p) {
      for (std::size_t power = 1; power <= 3; ++power) {
        const double angle = -kTurn * static_cast<double>(power * p) / static_cast<double>(n);
        *next++ = static_cast<float>(std::cos(angle));
        *next++ = static_cast<float>(std::sin(angle));
      }
    }
  }

  for (std::size_t slot = 0; slot < slots; ++slot) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double angle = -kTurn * static_cast<double>(lane * slot) / kFftSize;
      lane_twiddles[2 * slot * lanes + lane] = static_cast<float>(std::cos(angle));
      lane_twiddles[(2 * slot + 1) * lanes + lane] = static_cast<float>(std::sin(angle));
    }
  }

  for (std::size_t k = 0; k < kFftSize / 2; ++k) {
    const double angle = -kTurn * static_cast<double>(k) / (2.0 * kFftSize);
    split_re[k] = static_cast<float>(std::cos(angle));
    split_im[k] = static_cast<float>(std::sin(angle));
  }
}

}  // namespace theo::simd
