#pragma once

#include <cstdint>

#include "simd/vec_avx2.h"

namespace theo::int8 {
namespace {

using simd::Vec;

/** Eight 32-bit integers. Every variant's Ints and Vec have these operations, and kernels use nothing else.
 */
struct Ints {
  __m256i v;

  static Ints Zero() { return {_mm256_setzero_si256()}; }
  static Ints Broadcast(std::int32_t x) { return {_mm256_set1_epi32(x)}; }
  static Ints Load(const std::int32_t* p) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))};
  }

  friend Ints operator+(Ints a, Ints b) { return {_mm256_add_epi32(a.v, b.v)}; }
  friend Ints Max(Ints a, Ints b) { return {_mm256_max_epi32(a.v, b.v)}; }
  friend std::int32_t ReduceMax(Ints a) {
    __m128i m = _mm_max_epi32(_mm256_castsi256_si128(a.v), _mm256_extracti128_si256(a.v, 1));
    m = _mm_max_epi32(m, _mm_shuffle_epi32(m, 0x4E));
    return _mm_cvtsi128_si32(_mm_max_epi32(m, _mm_shuffle_epi32(m, 0xB1)));
  }
};

/** Bits of |a|: as integers they are ordered as the magnitudes are, infinities and NaNs above all numbers. */
Ints MagnitudeBits(Vec a) {
  return {_mm256_and_si256(_mm256_castps_si256(a.v), _mm256_set1_epi32(0x7FFFFFFF))};
}
Vec ToFloat(Ints a) {
  return {_mm256_cvtepi32_ps(a.v)};
}
/** To the nearest integer, to the even one of two. */
Ints Round(Vec a) {
  return {_mm256_cvtps_epi32(a.v)};
}
Vec Divide(Vec a, Vec b) {
  return {_mm256_div_ps(a.v, b.v)};
}

/** All ones in the first `count` lanes. */
__m256i FirstLanes(std::size_t count) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<std::int32_t>(count)), lane);
}
/** The first `count` (up to kLanes) floats, then zeros; nothing behind them is read. */
Vec LoadFirst(const float* p, std::size_t count) {
  return {_mm256_maskload_ps(p, FirstLanes(count))};
}
void StoreFirst(Vec a, float* p, std::size_t count) {
  _mm256_maskstore_ps(p, FirstLanes(count), a.v);
}

}  // namespace
}  // namespace theo::int8
