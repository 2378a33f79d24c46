#pragma once

// Over the Vec of the including variant: exponentials.

#include "simd/kernels.h"

namespace theo::simd {
namespace {

inline constexpr float kLog2E = 1.44269504F;

/**
 * 2^x, relative error below 2.5e-7; 0 for x < -126.5 and for NaN, 2^127 above that. With x = n + r, n whole
 * and |r| <= 1/2: 2^n times a polynomial in r, fitted (Remez) to the least relative error among those with
 * the value 1 at 0.
 */
inline Vec Exp2(Vec x) {
  // Adding it rounds to whole numbers, for a float of its size has no fraction; and the low bits of the sum
  // are those of the exponent field of 2^n.
  const Vec offset = Vec::Broadcast(0x1.8p23F + 127.0F);
  x = Min(Max(x, Vec::Broadcast(-127.0F)), Vec::Broadcast(127.0F));
  const Vec sum = x + offset;
  const Vec r = x - (sum - offset);
  Vec p = Vec::Broadcast(0.00132647273F);
  p = MulAdd(p, r, Vec::Broadcast(0.00967151299F));
  p = MulAdd(p, r, Vec::Broadcast(0.0555073358F));
  p = MulAdd(p, r, Vec::Broadcast(0.240222424F));
  p = MulAdd(p, r, Vec::Broadcast(0.693147004F));
  p = MulAdd(p, r, Vec::Broadcast(1.0F));
  return p * PowerOfTwo(sum);
}

}  // namespace
}  // namespace theo::simd
