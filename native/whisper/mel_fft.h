#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace theo {

/// Power spectra of Whisper's 400-sample frames (25 ms at 16 kHz), several frames at a time.
///
/// 400 = 4 * 4 * 5 * 5: a mixed-radix Stockham transform. Two real frames travel as the real and imaginary
/// part of one complex transform, and kLanes such pairs lie side by side so that every step is a vector
/// operation.
class MelFft {
 public:
  static constexpr std::size_t kSize = 400;
  static constexpr std::size_t kBins = kSize / 2 + 1;
  static constexpr std::size_t kLanes = 4;
  static constexpr std::size_t kFrames = 2 * kLanes;

  MelFft();

  /// Sample `index` of frame `frame` of the next transform; all have to be set.
  float& Input(std::size_t frame, std::size_t index) {
    return frame < kLanes ? buffers_[0].re[index][frame] : buffers_[0].im[index][frame - kLanes];
  }

  /// Transforms what was put in.
  /// @param power kFrames spectra of kBins values each, one after the other.
  void PowerSpectra(std::span<float, kFrames * kBins> power);

 private:
  using Vector = std::array<float, kLanes>;
  struct Complexes {
    std::array<Vector, kSize> re;
    std::array<Vector, kSize> im;
  };

  template <std::size_t Radix>
  void Stage(const Complexes& in, Complexes& out, std::size_t length, std::size_t stride) const;

  std::array<float, kSize> cosine_;
  std::array<float, kSize> sine_;
  std::array<Complexes, 2> buffers_;
};

}  // namespace theo
