#pragma once

// GELU over the Vec of the including variant.

#include "simd/exp_inl.h"

namespace theo::int8 {
namespace {

/**
 * The tanh form of GELU, 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), as x / (1 + exp(-2 ...)):
 * Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016.
 */
Vec Gelu(Vec x) {
  // -2 log2(e) sqrt(2 / pi), and that times 0.044715.
  const Vec linear = Vec::Broadcast(-2.30220819F);
  const Vec cubic = Vec::Broadcast(-0.102943239F);
  // Far from zero the result is x or as good as 0. NaN passes through a second operand.
  const Vec exponent =
      Max(Vec::Broadcast(-100.0F), Min(Vec::Broadcast(100.0F), x * MulAdd(cubic, x * x, linear)));
  return Divide(Max(Vec::Broadcast(-16.0F), x), Vec::Broadcast(1.0F) + Exp2(exponent));
}

}  // namespace
}  // namespace theo::int8
