#pragma once

#include <nmmintrin.h>

#include <cstddef>
#include <cstdint>

namespace theo::simd {
namespace {

/** Four floats, SSE4.2: what every x86-64-v2 machine has. See vec_avx2.h for the operations. */
struct Vec {
  static constexpr std::size_t kLanes = 4;
  static constexpr std::size_t kRegisters = 16;
  __m128 v;

  static Vec Load(const float* p) { return {_mm_loadu_ps(p)}; }
  static Vec Broadcast(float x) { return {_mm_set1_ps(x)}; }
  static Vec LoadS16(const unsigned char* p) {
    return {_mm_cvtepi32_ps(_mm_cvtepi16_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))))};
  }
  static Vec LoadHalf(const std::uint16_t* p) {
    const __m128i half = _mm_cvtepu16_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
    const __m128i sign = _mm_slli_epi32(_mm_and_si128(half, _mm_set1_epi32(0x8000)), 16);
    const __m128i magnitude = _mm_and_si128(half, _mm_set1_epi32(0x7FFF));
    // Exponent and fraction in their places for a float, the exponent 112 too small: a product mends that, of
    // denormal halves too.
    const __m128 finite = _mm_mul_ps(_mm_castsi128_ps(_mm_slli_epi32(magnitude, 13)), _mm_set1_ps(0x1p112F));
    const __m128i not_finite =
        _mm_and_si128(_mm_cmpgt_epi32(magnitude, _mm_set1_epi32(0x7BFF)), _mm_set1_epi32(0x7F800000));
    return {_mm_or_ps(finite, _mm_castsi128_ps(_mm_or_si128(sign, not_finite)))};
  }
  void Store(float* p) const { _mm_storeu_ps(p, v); }

  friend Vec operator+(Vec a, Vec b) { return {_mm_add_ps(a.v, b.v)}; }
  friend Vec operator-(Vec a, Vec b) { return {_mm_sub_ps(a.v, b.v)}; }
  friend Vec operator*(Vec a, Vec b) { return {_mm_mul_ps(a.v, b.v)}; }
  friend Vec MulAdd(Vec a, Vec b, Vec c) { return a * b + c; }
  friend Vec NegMulAdd(Vec a, Vec b, Vec c) { return c - a * b; }
  friend Vec Max(Vec a, Vec b) { return {_mm_max_ps(a.v, b.v)}; }
  friend Vec Min(Vec a, Vec b) { return {_mm_min_ps(a.v, b.v)}; }
  friend Vec Abs(Vec a) { return {_mm_andnot_ps(_mm_set1_ps(-0.0F), a.v)}; }
  friend Vec Sqrt(Vec a) { return {_mm_sqrt_ps(a.v)}; }

  friend Vec Exponent(Vec a) {
    const __m128i biased = _mm_srli_epi32(_mm_castps_si128(a.v), 23);
    return {_mm_cvtepi32_ps(_mm_sub_epi32(biased, _mm_set1_epi32(127)))};
  }
  friend Vec Mantissa(Vec a) {
    const __m128 fraction = _mm_and_ps(a.v, _mm_castsi128_ps(_mm_set1_epi32(0x7FFFFF)));
    return {_mm_or_ps(fraction, _mm_set1_ps(1.0F))};
  }

  friend Vec PowerOfTwo(Vec sum) { return {_mm_castsi128_ps(_mm_slli_epi32(_mm_castps_si128(sum.v), 23))}; }

  friend float LastLane(Vec a) { return _mm_cvtss_f32(_mm_shuffle_ps(a.v, a.v, 3)); }
  friend Vec Reverse(Vec a) { return {_mm_shuffle_ps(a.v, a.v, 0x1B)}; }
  friend Vec ShiftUp1(Vec a) { return {_mm_castsi128_ps(_mm_slli_si128(_mm_castps_si128(a.v), 4))}; }
  friend Vec WeightedScan(Vec a, const float* powers) {
    Vec s = MulAdd(ShiftUp1(a), Broadcast(powers[1]), a);
    const Vec up = {_mm_castsi128_ps(_mm_slli_si128(_mm_castps_si128(s.v), 8))};
    return MulAdd(up, Broadcast(powers[2]), s);
  }

  friend void Deinterleave(Vec a, Vec b, Vec* even, Vec* odd) {
    even->v = _mm_shuffle_ps(a.v, b.v, 0x88);
    odd->v = _mm_shuffle_ps(a.v, b.v, 0xDD);
  }
  friend void Transpose(Vec* r) { _MM_TRANSPOSE4_PS(r[0].v, r[1].v, r[2].v, r[3].v); }
  friend Vec AddQuads(Vec a, Vec b, Vec c, Vec d) {
    return {_mm_hadd_ps(_mm_hadd_ps(a.v, b.v), _mm_hadd_ps(c.v, d.v))};
  }
  friend void ReduceAdd4(Vec a, Vec b, Vec c, Vec d, float* out) { AddQuads(a, b, c, d).Store(out); }
  friend float ReduceAdd(Vec a) {
    const __m128 half = _mm_add_ps(a.v, _mm_movehl_ps(a.v, a.v));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
  }
  friend float ReduceMax(Vec a) {
    const __m128 half = _mm_max_ps(a.v, _mm_movehl_ps(a.v, a.v));
    return _mm_cvtss_f32(_mm_max_ss(half, _mm_movehdup_ps(half)));
  }
};

}  // namespace
}  // namespace theo::simd
