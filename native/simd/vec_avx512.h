#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace theo::simd {
namespace {

/** Sixteen floats, AVX-512 F + DQ + VL + BW. See vec_avx2.h for the operations. */
struct Vec {
  static constexpr std::size_t kLanes = 16;
  static constexpr std::size_t kRegisters = 32;
  __m512 v;

  static Vec Load(const float* p) { return {_mm512_loadu_ps(p)}; }
  static Vec Broadcast(float x) { return {_mm512_set1_ps(x)}; }
  static Vec LoadS16(const unsigned char* p) {
    const __m256i s16x16 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    return {_mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(s16x16))};
  }
  static Vec LoadHalf(const std::uint16_t* p) {
    return {_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)))};
  }
  void Store(float* p) const { _mm512_storeu_ps(p, v); }

  friend Vec operator+(Vec a, Vec b) { return {_mm512_add_ps(a.v, b.v)}; }
  friend Vec operator-(Vec a, Vec b) { return {_mm512_sub_ps(a.v, b.v)}; }
  friend Vec operator*(Vec a, Vec b) { return {_mm512_mul_ps(a.v, b.v)}; }
  friend Vec MulAdd(Vec a, Vec b, Vec c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
  friend Vec NegMulAdd(Vec a, Vec b, Vec c) { return {_mm512_fnmadd_ps(a.v, b.v, c.v)}; }
  friend Vec Max(Vec a, Vec b) { return {_mm512_max_ps(a.v, b.v)}; }
  friend Vec Min(Vec a, Vec b) { return {_mm512_min_ps(a.v, b.v)}; }
  friend Vec Abs(Vec a) { return {_mm512_andnot_ps(_mm512_set1_ps(-0.0F), a.v)}; }
  friend Vec Sqrt(Vec a) { return {_mm512_sqrt_ps(a.v)}; }

  friend Vec Exponent(Vec a) { return {_mm512_getexp_ps(a.v)}; }
  friend Vec Mantissa(Vec a) { return {_mm512_getmant_ps(a.v, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src)}; }

  friend Vec PowerOfTwo(Vec sum) {
    return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(sum.v), 23))};
  }

  friend float LastLane(Vec a) {
    const __m128 top = _mm512_extractf32x4_ps(a.v, 3);
    return _mm_cvtss_f32(_mm_shuffle_ps(top, top, 3));
  }
  friend Vec Reverse(Vec a) {
    const __m512i order = _mm512_setr_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    return {_mm512_permutexvar_ps(order, a.v)};
  }
  template <int Lanes>
  static Vec ShiftUp(Vec a) {
    const __m512i zero = _mm512_setzero_si512();
    return {_mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(a.v), zero, 16 - Lanes))};
  }
  friend Vec ShiftUp1(Vec a) { return ShiftUp<1>(a); }
  friend Vec WeightedScan(Vec a, const float* powers) {
    Vec s = MulAdd(ShiftUp<1>(a), Broadcast(powers[1]), a);
    s = MulAdd(ShiftUp<2>(s), Broadcast(powers[2]), s);
    s = MulAdd(ShiftUp<4>(s), Broadcast(powers[4]), s);
    return MulAdd(ShiftUp<8>(s), Broadcast(powers[8]), s);
  }

  friend void Deinterleave(Vec a, Vec b, Vec* even, Vec* odd) {
    const __m512i evens = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i odds = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    even->v = _mm512_permutex2var_ps(a.v, evens, b.v);
    odd->v = _mm512_permutex2var_ps(a.v, odds, b.v);
  }
  friend void Transpose(Vec* r) {
    __m512 t[16];
    for (std::size_t i = 0; i < 8; ++i) {
      t[2 * i] = _mm512_unpacklo_ps(r[2 * i].v, r[2 * i + 1].v);
      t[2 * i + 1] = _mm512_unpackhi_ps(r[2 * i].v, r[2 * i + 1].v);
    }
    // u[4 g + c]: rows 4 g to 4 g + 3 of columns c, c + 4, c + 8, c + 12, one column a quarter.
    __m512 u[16];
    for (std::size_t g = 0; g < 4; ++g) {
      u[4 * g] = _mm512_shuffle_ps(t[4 * g], t[4 * g + 2], 0x44);
      u[4 * g + 1] = _mm512_shuffle_ps(t[4 * g], t[4 * g + 2], 0xEE);
      u[4 * g + 2] = _mm512_shuffle_ps(t[4 * g + 1], t[4 * g + 3], 0x44);
      u[4 * g + 3] = _mm512_shuffle_ps(t[4 * g + 1], t[4 * g + 3], 0xEE);
    }
    for (std::size_t c = 0; c < 4; ++c) {
      const __m512 top_even = _mm512_shuffle_f32x4(u[c], u[4 + c], 0x88);
      const __m512 top_odd = _mm512_shuffle_f32x4(u[c], u[4 + c], 0xDD);
      const __m512 bottom_even = _mm512_shuffle_f32x4(u[8 + c], u[12 + c], 0x88);
      const __m512 bottom_odd = _mm512_shuffle_f32x4(u[8 + c], u[12 + c], 0xDD);
      r[c].v = _mm512_shuffle_f32x4(top_even, bottom_even, 0x88);
      r[c + 8].v = _mm512_shuffle_f32x4(top_even, bottom_even, 0xDD);
      r[c + 4].v = _mm512_shuffle_f32x4(top_odd, bottom_odd, 0x88);
      r[c + 12].v = _mm512_shuffle_f32x4(top_odd, bottom_odd, 0xDD);
    }
  }
  friend Vec AddQuads(Vec a, Vec b, Vec c, Vec d) {
    // Two rounds of adding neighbours inside each quarter of 128 bits.
    const auto add_pairs = [](__m512 x, __m512 y) {
      return _mm512_add_ps(_mm512_shuffle_ps(x, y, 0x88), _mm512_shuffle_ps(x, y, 0xDD));
    };
    return {add_pairs(add_pairs(a.v, b.v), add_pairs(c.v, d.v))};
  }
  friend void ReduceAdd4(Vec a, Vec b, Vec c, Vec d, float* out) {
    const __m512 quads = AddQuads(a, b, c, d).v;
    const __m256 halves = _mm256_add_ps(_mm512_castps512_ps256(quads), _mm512_extractf32x8_ps(quads, 1));
    _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps(halves, 1)));
  }
  friend float ReduceAdd(Vec a) { return _mm512_reduce_add_ps(a.v); }
  friend float ReduceMax(Vec a) { return _mm512_reduce_max_ps(a.v); }
};

}  // namespace
}  // namespace theo::simd
