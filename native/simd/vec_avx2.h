#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace theo::simd {
namespace {

/**
 * Eight floats, AVX2 + FMA + F16C. Every variant's Vec has these operations, and kernels use nothing else.
 * Sums across lanes run in one fixed order for every operand, so that a result does not depend on its place
 * in a block.
 */
struct Vec {
  static constexpr std::size_t kLanes = 8;
  /** How many vectors the instruction set has room for. */
  static constexpr std::size_t kRegisters = 16;
  __m256 v;

  static Vec Load(const float* p) { return {_mm256_loadu_ps(p)}; }
  static Vec Broadcast(float x) { return {_mm256_set1_ps(x)}; }
  /** Little-endian 16-bit integers as floats, not scaled. */
  static Vec LoadS16(const unsigned char* p) {
    const __m128i s16x8 = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return {_mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(s16x8))};
  }
  /** Numbers of IEEE half precision. Exact. */
  static Vec LoadHalf(const std::uint16_t* p) {
    return {_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)))};
  }
  void Store(float* p) const { _mm256_storeu_ps(p, v); }

  friend Vec operator+(Vec a, Vec b) { return {_mm256_add_ps(a.v, b.v)}; }
  friend Vec operator-(Vec a, Vec b) { return {_mm256_sub_ps(a.v, b.v)}; }
  friend Vec operator*(Vec a, Vec b) { return {_mm256_mul_ps(a.v, b.v)}; }
  /** a * b + c */
  friend Vec MulAdd(Vec a, Vec b, Vec c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
  /** c - a * b */
  friend Vec NegMulAdd(Vec a, Vec b, Vec c) { return {_mm256_fnmadd_ps(a.v, b.v, c.v)}; }
  /** The second operand where either is NaN. */
  friend Vec Max(Vec a, Vec b) { return {_mm256_max_ps(a.v, b.v)}; }
  friend Vec Min(Vec a, Vec b) { return {_mm256_min_ps(a.v, b.v)}; }
  friend Vec Abs(Vec a) { return {_mm256_andnot_ps(_mm256_set1_ps(-0.0F), a.v)}; }
  friend Vec Sqrt(Vec a) { return {_mm256_sqrt_ps(a.v)}; }

  /** floor(log2(a)) of positive normal numbers. */
  friend Vec Exponent(Vec a) {
    const __m256i biased = _mm256_srli_epi32(_mm256_castps_si256(a.v), 23);
    return {_mm256_cvtepi32_ps(_mm256_sub_epi32(biased, _mm256_set1_epi32(127)))};
  }
  /** a / 2^Exponent(a), in [1, 2). */
  friend Vec Mantissa(Vec a) {
    const __m256 fraction = _mm256_and_ps(a.v, _mm256_castsi256_ps(_mm256_set1_epi32(0x7FFFFF)));
    return {_mm256_or_ps(fraction, _mm256_set1_ps(1.0F))};
  }

  /** 2^n, n in [-126, 127], out of the float 1.5 * 2^23 + 127 + n; n = -127 gives 0. */
  friend Vec PowerOfTwo(Vec sum) {
    return {_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(sum.v), 23))};
  }

  friend float LastLane(Vec a) {
    const __m128 high = _mm256_extractf128_ps(a.v, 1);
    return _mm_cvtss_f32(_mm_shuffle_ps(high, high, 3));
  }
  friend Vec Reverse(Vec a) {
    return {_mm256_permutevar8x32_ps(a.v, _mm256_setr_epi32(7, 6, 5, 4, 3, 2, 1, 0))};
  }
  /** Each lane moves one up; a zero comes in. */
  friend Vec ShiftUp1(Vec a) {
    const __m256 rotated = _mm256_permutevar8x32_ps(a.v, _mm256_setr_epi32(7, 0, 1, 2, 3, 4, 5, 6));
    return {_mm256_blend_ps(rotated, _mm256_setzero_ps(), 0x01)};
  }
  /** out[i] = sum over j <= i of a^(i - j) in[j]; `powers` holds a^0, a^1, ... */
  friend Vec WeightedScan(Vec a, const float* powers) {
    const __m256 zero = _mm256_setzero_ps();
    __m256 s = a.v;
    __m256 up = _mm256_permutevar8x32_ps(s, _mm256_setr_epi32(7, 0, 1, 2, 3, 4, 5, 6));
    s = _mm256_fmadd_ps(_mm256_blend_ps(up, zero, 0x01), _mm256_set1_ps(powers[1]), s);
    up = _mm256_permutevar8x32_ps(s, _mm256_setr_epi32(6, 7, 0, 1, 2, 3, 4, 5));
    s = _mm256_fmadd_ps(_mm256_blend_ps(up, zero, 0x03), _mm256_set1_ps(powers[2]), s);
    up = _mm256_permute2f128_ps(s, s, 0x08);  // low half to the high half, zeros below
    return {_mm256_fmadd_ps(up, _mm256_set1_ps(powers[4]), s)};
  }

  /** a ++ b, its even and its odd elements. */
  friend void Deinterleave(Vec a, Vec b, Vec* even, Vec* odd) {
    const __m256 low = _mm256_permute2f128_ps(a.v, b.v, 0x20);
    const __m256 high = _mm256_permute2f128_ps(a.v, b.v, 0x31);
    const __m256 evens = _mm256_shuffle_ps(low, high, 0x88);
    const __m256 odds = _mm256_shuffle_ps(low, high, 0xDD);
    even->v = evens;
    odd->v = odds;
  }
  /** Rows become columns, in place. */
  friend void Transpose(Vec* r) {
    __m256 t[8];
    for (std::size_t i = 0; i < 4; ++i) {
      t[2 * i] = _mm256_unpacklo_ps(r[2 * i].v, r[2 * i + 1].v);
      t[2 * i + 1] = _mm256_unpackhi_ps(r[2 * i].v, r[2 * i + 1].v);
    }
    __m256 u[8];
    for (std::size_t i = 0; i < 2; ++i) {
      u[4 * i] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0x44);
      u[4 * i + 1] = _mm256_shuffle_ps(t[4 * i], t[4 * i + 2], 0xEE);
      u[4 * i + 2] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0x44);
      u[4 * i + 3] = _mm256_shuffle_ps(t[4 * i + 1], t[4 * i + 3], 0xEE);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      r[i].v = _mm256_permute2f128_ps(u[i], u[i + 4], 0x20);
      r[i + 4].v = _mm256_permute2f128_ps(u[i], u[i + 4], 0x31);
    }
  }
  /** Sums of each four neighbours of a ++ b ++ c ++ d, in any order. */
  friend Vec AddQuads(Vec a, Vec b, Vec c, Vec d) {
    return {_mm256_hadd_ps(_mm256_hadd_ps(a.v, b.v), _mm256_hadd_ps(c.v, d.v))};
  }
  /** The sums of the lanes of a, b, c and d. */
  friend void ReduceAdd4(Vec a, Vec b, Vec c, Vec d, float* out) {
    const __m256 quads = AddQuads(a, b, c, d).v;
    _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(quads), _mm256_extractf128_ps(quads, 1)));
  }
  friend float ReduceAdd(Vec a) {
    const __m128 half = _mm_add_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
    const __m128 quarter = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(quarter, _mm_movehdup_ps(quarter)));
  }
  friend float ReduceMax(Vec a) {
    const __m128 half = _mm_max_ps(_mm256_castps256_ps128(a.v), _mm256_extractf128_ps(a.v, 1));
    const __m128 quarter = _mm_max_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_max_ss(quarter, _mm_movehdup_ps(quarter)));
  }
};

}  // namespace
}  // namespace theo::simd
