#pragma once

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

namespace theo::simd {
namespace {

/** Four floats, Advanced SIMD of 64-bit ARM. See vec_avx2.h for the operations. */
struct Vec {
  static constexpr std::size_t kLanes = 4;
  static constexpr std::size_t kRegisters = 32;
  float32x4_t v;

  static Vec Load(const float* p) { return {vld1q_f32(p)}; }
  static Vec Broadcast(float x) { return {vdupq_n_f32(x)}; }
  static Vec LoadS16(const unsigned char* p) {
    return {vcvtq_f32_s32(vmovl_s16(vreinterpret_s16_u8(vld1_u8(p))))};
  }
  static Vec LoadHalf(const std::uint16_t* p) { return {vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p)))}; }
  void Store(float* p) const { vst1q_f32(p, v); }

  friend Vec operator+(Vec a, Vec b) { return {vaddq_f32(a.v, b.v)}; }
  friend Vec operator-(Vec a, Vec b) { return {vsubq_f32(a.v, b.v)}; }
  friend Vec operator*(Vec a, Vec b) { return {vmulq_f32(a.v, b.v)}; }
  friend Vec MulAdd(Vec a, Vec b, Vec c) { return {vfmaq_f32(c.v, a.v, b.v)}; }
  friend Vec NegMulAdd(Vec a, Vec b, Vec c) { return {vfmsq_f32(c.v, a.v, b.v)}; }
  // The "number" forms return the other operand where one is NaN, as comparing does on x86 for the first
  // operand.
  friend Vec Max(Vec a, Vec b) { return {vmaxnmq_f32(a.v, b.v)}; }
  friend Vec Min(Vec a, Vec b) { return {vminnmq_f32(a.v, b.v)}; }
  friend Vec Abs(Vec a) { return {vabsq_f32(a.v)}; }
  friend Vec Sqrt(Vec a) { return {vsqrtq_f32(a.v)}; }

  friend Vec Exponent(Vec a) {
    const int32x4_t biased = vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_f32(a.v), 23));
    return {vcvtq_f32_s32(vsubq_s32(biased, vdupq_n_s32(127)))};
  }
  friend Vec Mantissa(Vec a) {
    const uint32x4_t fraction = vandq_u32(vreinterpretq_u32_f32(a.v), vdupq_n_u32(0x7FFFFF));
    return {vreinterpretq_f32_u32(vorrq_u32(fraction, vdupq_n_u32(0x3F800000)))};
  }

  friend Vec PowerOfTwo(Vec sum) {
    return {vreinterpretq_f32_u32(vshlq_n_u32(vreinterpretq_u32_f32(sum.v), 23))};
  }

  friend float LastLane(Vec a) { return vgetq_lane_f32(a.v, 3); }
  friend Vec Reverse(Vec a) {
    const float32x4_t pairs = vrev64q_f32(a.v);
    return {vextq_f32(pairs, pairs, 2)};
  }
  friend Vec ShiftUp1(Vec a) { return {vextq_f32(vdupq_n_f32(0.0F), a.v, 3)}; }
  friend Vec WeightedScan(Vec a, const float* powers) {
    const Vec s = MulAdd(ShiftUp1(a), Broadcast(powers[1]), a);
    return MulAdd(Vec{vextq_f32(vdupq_n_f32(0.0F), s.v, 2)}, Broadcast(powers[2]), s);
  }

  friend void Deinterleave(Vec a, Vec b, Vec* even, Vec* odd) {
    even->v = vuzp1q_f32(a.v, b.v);
    odd->v = vuzp2q_f32(a.v, b.v);
  }
  friend void Transpose(Vec* r) {
    const float32x4x2_t top = vtrnq_f32(r[0].v, r[1].v);
    const float32x4x2_t bottom = vtrnq_f32(r[2].v, r[3].v);
    r[0].v = vcombine_f32(vget_low_f32(top.val[0]), vget_low_f32(bottom.val[0]));
    r[1].v = vcombine_f32(vget_low_f32(top.val[1]), vget_low_f32(bottom.val[1]));
    r[2].v = vcombine_f32(vget_high_f32(top.val[0]), vget_high_f32(bottom.val[0]));
    r[3].v = vcombine_f32(vget_high_f32(top.val[1]), vget_high_f32(bottom.val[1]));
  }
  friend Vec AddQuads(Vec a, Vec b, Vec c, Vec d) {
    return {vpaddq_f32(vpaddq_f32(a.v, b.v), vpaddq_f32(c.v, d.v))};
  }
  friend void ReduceAdd4(Vec a, Vec b, Vec c, Vec d, float* out) { AddQuads(a, b, c, d).Store(out); }
  friend float ReduceAdd(Vec a) { return vaddvq_f32(a.v); }
  friend float ReduceMax(Vec a) { return vmaxvq_f32(a.v); }
};

}  // namespace
}  // namespace theo::simd
