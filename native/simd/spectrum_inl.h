#pragma once

// Kernel over the Vec of the including variant: FFT of a real frame and the sums that spectral flatness
// needs.

#include "simd/kernels.h"
#include "simd/spectrum_tables.h"

namespace theo::simd {
namespace {

struct Complex {
  Vec re;
  Vec im;
};

inline Complex operator+(Complex a, Complex b) {
  return {a.re + b.re, a.im + b.im};
}
inline Complex operator-(Complex a, Complex b) {
  return {a.re - b.re, a.im - b.im};
}
inline Complex operator*(Complex a, Complex b) {
  return {NegMulAdd(a.im, b.im, a.re * b.re), MulAdd(a.im, b.re, a.re * b.im)};
}
/** a - i b and a + i b, without multiplying. */
inline Complex SubI(Complex a, Complex b) {
  return {a.re + b.im, a.im - b.re};
}
inline Complex AddI(Complex a, Complex b) {
  return {a.re - b.im, a.im + b.re};
}
inline Complex Twiddle(const float* w) {
  return {Vec::Broadcast(w[0]), Vec::Broadcast(w[1])};
}

inline void Dft4(Complex& a, Complex& b, Complex& c, Complex& d) {
  const Complex sum_ac = a + c;
  const Complex diff_ac = a - c;
  const Complex sum_bd = b + d;
  const Complex diff_bd = b - d;
  a = sum_ac + sum_bd;
  b = SubI(diff_ac, diff_bd);
  c = sum_ac - sum_bd;
  d = AddI(diff_ac, diff_bd);
}

/** Slots of one vector of real parts and one of imaginary parts each. */
struct Slots {
  alignas(64) float re[kFftSize + 16];
  alignas(64) float im[kFftSize + 16];

  Complex Load(std::size_t offset) const { return {Vec::Load(re + offset), Vec::Load(im + offset)}; }
  void Store(std::size_t offset, Complex z) {
    z.re.Store(re + offset);
    z.im.Store(im + offset);
  }
};

/**
 * FFT over 512 / lanes slots, the same one in each lane: Stockham's self-sorting decimation in frequency,
 * radix 4 with a last pass of radix 2 where needed. Returns the one of the two buffers that holds the result,
 * in natural order.
 */
inline Slots* FftOfSlots(Slots* x, Slots* y, const float* twiddles) {
  constexpr std::size_t kLanes = Vec::kLanes;
  std::size_t n = kFftSize / kLanes;
  std::size_t stride = 1;
  for (; n >= 4; n /= 4, stride *= 4) {
    const std::size_t quarter = n / 4;
    for (std::size_t p = 0; p < quarter; ++p, twiddles += 6) {
      const Complex w1 = Twiddle(twiddles);
      const Complex w2 = Twiddle(twiddles + 2);
      const Complex w3 = Twiddle(twiddles + 4);
      for (std::size_t q = 0; q < stride; ++q) {
        const std::size_t from = (q + stride * p) * kLanes;
        const std::size_t hop = stride * quarter * kLanes;
        Complex a = x->Load(from);
        Complex b = x->Load(from + hop);
        Complex c = x->Load(from + 2 * hop);
        Complex d = x->Load(from + 3 * hop);
        Dft4(a, b, c, d);
        const std::size_t to = (q + stride * 4 * p) * kLanes;
        y->Store(to, a);
        y->Store(to + stride * kLanes, b * w1);
        y->Store(to + 2 * stride * kLanes, c * w2);
        y->Store(to + 3 * stride * kLanes, d * w3);
      }
    }
    Slots* swap = x;
    x = y;
    y = swap;
  }
  if (n == 2) {
    for (std::size_t q = 0; q < stride; ++q) {
      const Complex a = x->Load(q * kLanes);
      const Complex b = x->Load((q + stride) * kLanes);
      y->Store(q * kLanes, a + b);
      y->Store((q + stride) * kLanes, a - b);
    }
    return y;
  }
  return x;
}

/** DFT of N points over z[0], z[1], ..., in each lane. */
template <std::size_t N>
inline void SmallDft(Complex* z) {
  constexpr float kHalfRoot = 0.70710678118654752F;
  if constexpr (N == 4) {
    Dft4(z[0], z[1], z[2], z[3]);
  } else if constexpr (N == 8) {
    Dft4(z[0], z[2], z[4], z[6]);
    Dft4(z[1], z[3], z[5], z[7]);
    const Vec root = Vec::Broadcast(kHalfRoot);
    const Complex w1 = {(z[3].re + z[3].im) * root, (z[3].im - z[3].re) * root};
    const Complex w3 = {(z[7].im - z[7].re) * root, (z[7].re + z[7].im) * Vec::Broadcast(-kHalfRoot)};
    const Complex even[4] = {z[0], z[2], z[4], z[6]};
    const Complex odd0 = z[1];
    const Complex odd2 = z[5];
    z[0] = even[0] + odd0;
    z[4] = even[0] - odd0;
    z[1] = even[1] + w1;
    z[5] = even[1] - w1;
    z[2] = SubI(even[2], odd2);
    z[6] = AddI(even[2], odd2);
    z[3] = even[3] + w3;
    z[7] = even[3] - w3;
  } else if constexpr (N == 16) {
    constexpr float kCos = 0.92387953251128674F;
    constexpr float kSin = 0.38268343236508977F;
    // w_16^(row * column) for rows and columns 1..3
    constexpr float kTwiddles[3][3][2] = {{{kCos, -kSin}, {kHalfRoot, -kHalfRoot}, {kSin, -kCos}},
                                          {{kHalfRoot, -kHalfRoot}, {0.0F, -1.0F}, {-kHalfRoot, -kHalfRoot}},
                                          {{kSin, -kCos}, {-kHalfRoot, -kHalfRoot}, {-kCos, kSin}}};
    for (std::size_t column = 0; column < 4; ++column) {
      Dft4(z[column], z[column + 4], z[column + 8], z[column + 12]);
    }
    for (std::size_t row = 1; row < 4; ++row) {
      for (std::size_t column = 1; column < 4; ++column) {
        z[4 * row + column] = z[4 * row + column] * Twiddle(kTwiddles[row - 1][column - 1]);
      }
    }
    Complex sorted[16];
    for (std::size_t row = 0; row < 4; ++row) {
      Complex* r = z + 4 * row;
      Dft4(r[0], r[1], r[2], r[3]);
      for (std::size_t column = 0; column < 4; ++column) sorted[row + 4 * column] = r[column];
    }
    for (std::size_t i = 0; i < 16; ++i) z[i] = sorted[i];
  }
}

/** Joins the lanes' FFTs: X[slot + slots * k] = sum over lanes of w_512^(lane slot) w_lanes^(lane k)
 * A_lane[slot]. */
inline void JoinLanes(const Slots& lanes, const float* twiddles, Slots* out) {
  constexpr std::size_t kLanes = Vec::kLanes;
  constexpr std::size_t kSlots = kFftSize / kLanes;
  for (std::size_t first = 0; first < kSlots; first += kLanes) {
    Vec re[kLanes];
    Vec im[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i) {
      const float* w = twiddles + 2 * (first + i) * kLanes;
      const Complex z = lanes.Load((first + i) * kLanes) * Complex{Vec::Load(w), Vec::Load(w + kLanes)};
      re[i] = z.re;
      im[i] = z.im;
    }
    Transpose(re);
    Transpose(im);
    Complex z[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i) z[i] = {re[i], im[i]};
    SmallDft<kLanes>(z);
    for (std::size_t k = 0; k < kLanes; ++k) out->Store(first + k * kSlots, z[k]);
  }
}

/** Windowed frame -> even samples as real, odd samples as imaginary parts. */
inline void PackFrame(const float* older, const float* newer, const float* window, Slots* out) {
  constexpr std::size_t kLanes = Vec::kLanes;
  for (std::size_t half = 0; half < 2; ++half) {
    const float* x = half == 0 ? older : newer;
    const float* w = window + half * kHopSamples;
    const std::size_t to = half * (kHopSamples / 2);
    for (std::size_t i = 0; i < kHopSamples / 2; i += kLanes) {
      Complex z;
      Deinterleave(Vec::Load(x + 2 * i) * Vec::Load(w + 2 * i),
                   Vec::Load(x + 2 * i + kLanes) * Vec::Load(w + 2 * i + kLanes), &z.re, &z.im);
      out->Store(to + i, z);
    }
  }
}

/** Four times the power of bins 0..511 of the real frame, out of the spectrum of its packed form. */
inline void SplitPower(Slots* z, const SpectrumTables& tables, float* power) {
  constexpr std::size_t kLanes = Vec::kLanes;
  z->re[kFftSize] = z->re[0];
  z->im[kFftSize] = z->im[0];
  for (std::size_t k = 0; k < kFftSize / 2; k += kLanes) {
    const std::size_t mirror = kFftSize + 1 - kLanes - k;
    const Complex a = z->Load(k);
    const Complex b = z->Load(mirror);
    const Complex conjugate = {Reverse(b.re), Vec::Broadcast(0.0F) - Reverse(b.im)};
    const Complex even = a + conjugate;
    const Complex odd =
        (a - conjugate) * Complex{Vec::Load(tables.split_re + k), Vec::Load(tables.split_im + k)};
    const Complex low = SubI(even, odd);
    const Complex high = AddI(even, odd);
    MulAdd(low.re, low.re, low.im * low.im).Store(power + k);
    Reverse(MulAdd(high.re, high.re, high.im * high.im)).Store(power + mirror);
  }
  const float re = z->re[kFftSize / 2];
  const float im = z->im[kFftSize / 2];
  power[kFftSize / 2] = 4.0F * (re * re + im * im);
}

/**
 * log2 of positive normal numbers, error below 2e-6: log2(1 + t) = t + t (1 - t) q(t) with q fitted at
 * Chebyshev nodes, so that powers of two come out exactly.
 */
inline Vec Log2(Vec a) {
  const Vec one = Vec::Broadcast(1.0F);
  const Vec t = Mantissa(a) - one;
  Vec q = Vec::Broadcast(-0.0154807431F);
  q = MulAdd(q, t, Vec::Broadcast(0.0649749085F));
  q = MulAdd(q, t, Vec::Broadcast(-0.132251742F));
  q = MulAdd(q, t, Vec::Broadcast(0.196956562F));
  q = MulAdd(q, t, Vec::Broadcast(-0.278240125F));
  q = MulAdd(q, t, Vec::Broadcast(0.442689675F));
  return Exponent(a) + MulAdd(t * (one - t), q, t);
}

SpectrumSums Spectrum(const float* older, const float* newer, const SpectrumTables& tables,
                      std::size_t low_bin, std::size_t high_bin) {
  constexpr std::size_t kLanes = Vec::kLanes;
  // Mean power of rounding noise (step 2^-15, variance step^2 / 12) in a band, in SplitPower's scale:
  // 4 * bins * sum of the window's squares * variance.
  constexpr float kSquaresOfWindow = 0.375F * static_cast<float>(kFrameSamples);
  constexpr float kNoiseVariance = 1.0F / (12.0F * 32768.0F * 32768.0F);
  constexpr float kFloor = 4.0F * static_cast<float>(kBinsPerBand) * kSquaresOfWindow * kNoiseVariance;
  Slots first;
  Slots second;
  PackFrame(older, newer, tables.window, &first);
  Slots* spectrum = FftOfSlots(&first, &second, tables.pass_twiddles);
  if constexpr (kLanes > 1) {
    Slots* other = spectrum == &first ? &second : &first;
    JoinLanes(*spectrum, tables.lane_twiddles, other);
    spectrum = other;
  }
  Slots* scratch = spectrum == &first ? &second : &first;
  float* power = scratch->re;
  SplitPower(spectrum, tables, power);

  Vec logs = Vec::Broadcast(0.0F);
  Vec magnitudes = Vec::Broadcast(0.0F);
  for (std::size_t bin = low_bin; bin < high_bin; bin += kBinsPerBand * kLanes) {
    const float* p = power + bin;
    const Vec bands =
        AddQuads(Vec::Load(p), Vec::Load(p + kLanes), Vec::Load(p + 2 * kLanes), Vec::Load(p + 3 * kLanes)) +
        Vec::Broadcast(kFloor);
    logs = logs + Log2(bands);
    magnitudes = magnitudes + Sqrt(bands);
  }
  return {0.5F * ReduceAdd(logs), ReduceAdd(magnitudes)};
}

}  // namespace
}  // namespace theo::simd
