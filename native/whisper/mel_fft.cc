#include "whisper/mel_fft.h"

#include <cmath>
#include <numbers>

namespace theo {
namespace {

constexpr std::array<std::size_t, 4> kRadices = {4, 4, 5, 5};

}  // namespace

MelFft::MelFft() : buffers_{} {
  for (std::size_t i = 0; i < kSize; ++i) {
    const double angle = 2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(kSize);
    cosine_[i] = static_cast<float>(std::cos(angle));
    sine_[i] = static_cast<float>(-std::sin(angle));
  }
}

// One decimation-in-frequency step of Stockham's self-sorting transform: `length` is what is left to
// transform, `stride` what has been. Roots of unity of any divisor of 400 lie in one table.
template <std::size_t Radix>
void MelFft::Stage(const Complexes& in, Complexes& out, std::size_t length, std::size_t stride) const {
  const std::size_t part = length / Radix;
  const std::size_t root = kSize / length;
  for (std::size_t p = 0; p < part; ++p) {
    for (std::size_t q = 0; q < stride; ++q) {
      for (std::size_t k = 0; k < Radix; ++k) {
        Vector re{};
        Vector im{};
        for (std::size_t j = 0; j < Radix; ++j) {
          const std::size_t from = q + stride * (p + part * j);
          const std::size_t turn = (j * k % Radix) * (kSize / Radix);
          const float c = cosine_[turn];
          const float s = sine_[turn];
          for (std::size_t lane = 0; lane < kLanes; ++lane) {
            re[lane] += in.re[from][lane] * c - in.im[from][lane] * s;
            im[lane] += in.re[from][lane] * s + in.im[from][lane] * c;
          }
        }
        const std::size_t twiddle = (p * k * root) % kSize;
        const float c = cosine_[twiddle];
        const float s = sine_[twiddle];
        const std::size_t to = q + stride * (Radix * p + k);
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          out.re[to][lane] = re[lane] * c - im[lane] * s;
          out.im[to][lane] = re[lane] * s + im[lane] * c;
        }
      }
    }
  }
}

void MelFft::PowerSpectra(std::span<float, kFrames * kBins> power) {
  std::size_t length = kSize;
  std::size_t stride = 1;
  std::size_t current = 0;
  for (const std::size_t radix : kRadices) {
    if (radix == 4) {
      Stage<4>(buffers_[current], buffers_[1 - current], length, stride);
    } else {
      Stage<5>(buffers_[current], buffers_[1 - current], length, stride);
    }
    length /= radix;
    stride *= radix;
    current = 1 - current;
  }
  // The spectrum of two real frames a + ib: a is its conjugate-even part, b its odd part.
  const Complexes& spectrum = buffers_[current];
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    const std::size_t mirror = (kSize - bin) % kSize;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float even_re = 0.5F * (spectrum.re[bin][lane] + spectrum.re[mirror][lane]);
      const float even_im = 0.5F * (spectrum.im[bin][lane] - spectrum.im[mirror][lane]);
      const float odd_re = 0.5F * (spectrum.im[bin][lane] + spectrum.im[mirror][lane]);
      const float odd_im = 0.5F * (spectrum.re[mirror][lane] - spectrum.re[bin][lane]);
      power[lane * kBins + bin] = even_re * even_re + even_im * even_im;
      power[(lane + kLanes) * kBins + bin] = odd_re * odd_re + odd_im * odd_im;
    }
  }
}

}  // namespace theo
