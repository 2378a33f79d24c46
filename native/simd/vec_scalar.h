#pragma once

#include <cstddef>
#include <cstdint>

namespace theo::simd {
namespace {

/** One float: the reference for the others and the way out on unknown CPUs. See vec_avx2.h for the
 * operations. */
struct Vec {
  static constexpr std::size_t kLanes = 1;
  static constexpr std::size_t kRegisters = 16;
  float v;

  static Vec Load(const float* p) { return {*p}; }
  static Vec Broadcast(float x) { return {x}; }
  static Vec LoadS16(const unsigned char* p) {
    return {static_cast<float>(static_cast<std::int16_t>(p[0] | (p[1] << 8)))};
  }
  static Vec LoadHalf(const std::uint16_t* p) {
    const std::uint32_t sign = (*p & 0x8000U) << 16;
    const std::uint32_t magnitude = *p & 0x7FFFU;
    // As in vec_sse42.h.
    const float finite = __builtin_bit_cast(float, magnitude << 13) * 0x1p112F;
    const std::uint32_t not_finite = magnitude > 0x7BFFU ? 0x7F800000U : 0U;
    return {__builtin_bit_cast(float, __builtin_bit_cast(std::uint32_t, finite) | sign | not_finite)};
  }
  void Store(float* p) const { *p = v; }

  friend Vec operator+(Vec a, Vec b) { return {a.v + b.v}; }
  friend Vec operator-(Vec a, Vec b) { return {a.v - b.v}; }
  friend Vec operator*(Vec a, Vec b) { return {a.v * b.v}; }
  friend Vec MulAdd(Vec a, Vec b, Vec c) { return {a.v * b.v + c.v}; }
  friend Vec NegMulAdd(Vec a, Vec b, Vec c) { return {c.v - a.v * b.v}; }
  friend Vec Max(Vec a, Vec b) { return {a.v > b.v ? a.v : b.v}; }
  friend Vec Min(Vec a, Vec b) { return {a.v < b.v ? a.v : b.v}; }
  friend Vec Abs(Vec a) { return {__builtin_fabsf(a.v)}; }
  friend Vec Sqrt(Vec a) { return {__builtin_sqrtf(a.v)}; }

  friend Vec Exponent(Vec a) {
    const auto bits = __builtin_bit_cast(std::uint32_t, a.v);
    return {static_cast<float>(static_cast<std::int32_t>(bits >> 23) - 127)};
  }
  friend Vec Mantissa(Vec a) {
    const auto bits = __builtin_bit_cast(std::uint32_t, a.v);
    return {__builtin_bit_cast(float, (bits & 0x7FFFFFU) | 0x3F800000U)};
  }

  friend Vec PowerOfTwo(Vec sum) {
    return {__builtin_bit_cast(float, __builtin_bit_cast(std::uint32_t, sum.v) << 23)};
  }

  friend float LastLane(Vec a) { return a.v; }
  friend Vec Reverse(Vec a) { return a; }
  friend Vec ShiftUp1(Vec) { return {0.0F}; }
  friend Vec WeightedScan(Vec a, const float*) { return a; }

  friend void Deinterleave(Vec a, Vec b, Vec* even, Vec* odd) {
    *even = a;
    *odd = b;
  }
  friend void Transpose(Vec*) {}
  friend Vec AddQuads(Vec a, Vec b, Vec c, Vec d) { return {(a.v + b.v) + (c.v + d.v)}; }
  friend void ReduceAdd4(Vec a, Vec b, Vec c, Vec d, float* out) {
    out[0] = a.v;
    out[1] = b.v;
    out[2] = c.v;
    out[3] = d.v;
  }
  friend float ReduceAdd(Vec a) { return a.v; }
  friend float ReduceMax(Vec a) { return a.v; }
};

}  // namespace
}  // namespace theo::simd
