#pragma once

#include <cstdint>

#include "simd/vec_avx512.h"

namespace theo::int8 {
namespace {

using simd::Vec;

/** Sixteen 32-bit integers and the operations of the kernels on them. See lanes_avx2.h. */
struct Ints {
  __m512i v;

  static Ints Zero() { return {_mm512_setzero_si512()}; }
  static Ints Broadcast(std::int32_t x) { return {_mm512_set1_epi32(x)}; }
  static Ints Load(const std::int32_t* p) { return {_mm512_loadu_si512(p)}; }

  friend Ints operator+(Ints a, Ints b) { return {_mm512_add_epi32(a.v, b.v)}; }
  friend Ints Max(Ints a, Ints b) { return {_mm512_max_epi32(a.v, b.v)}; }
  friend std::int32_t ReduceMax(Ints a) { return _mm512_reduce_max_epi32(a.v); }
};

Ints MagnitudeBits(Vec a) {
  return {_mm512_and_si512(_mm512_castps_si512(a.v), _mm512_set1_epi32(0x7FFFFFFF))};
}
Vec ToFloat(Ints a) {
  return {_mm512_cvtepi32_ps(a.v)};
}
Ints Round(Vec a) {
  return {_mm512_cvtps_epi32(a.v)};
}
Vec Divide(Vec a, Vec b) {
  return {_mm512_div_ps(a.v, b.v)};
}

__mmask16 FirstLanes(std::size_t count) {
  return static_cast<__mmask16>((1U << count) - 1U);
}
Vec LoadFirst(const float* p, std::size_t count) {
  return {_mm512_maskz_loadu_ps(FirstLanes(count), p)};
}
void StoreFirst(Vec a, float* p, std::size_t count) {
  _mm512_mask_storeu_ps(p, FirstLanes(count), a.v);
}

}  // namespace
}  // namespace theo::int8
