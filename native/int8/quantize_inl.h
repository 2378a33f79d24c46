#pragma once

// Quantization of activations over the Vec and the Dot of the including variant.

#include "int8/kernels.h"

namespace theo::int8 {
namespace {

/** Bits of the smallest magnitude that makes no zero of its row (2^-100: far from where 127 / x overflows).
 */
constexpr std::int32_t kSmallestBits = (127 - 100) << 23;
constexpr std::int32_t kInfinityBits = 0x7F800000;

std::int32_t LargestMagnitudeBits(const float* x, std::size_t count) {
  Ints largest = Ints::Zero();
  Ints largest_odd = Ints::Zero();
  std::size_t i = 0;
  for (; i + 2 * Vec::kLanes <= count; i += 2 * Vec::kLanes) {
    largest = Max(largest, MagnitudeBits(Vec::Load(x + i)));
    largest_odd = Max(largest_odd, MagnitudeBits(Vec::Load(x + i + Vec::kLanes)));
  }
  for (; i + Vec::kLanes <= count; i += Vec::kLanes) largest = Max(largest, MagnitudeBits(Vec::Load(x + i)));
  if (i < count) largest = Max(largest, MagnitudeBits(LoadFirst(x + i, count - i)));
  return ReduceMax(Max(largest, largest_odd));
}

void Quantize(const float* x, std::size_t x_stride, std::size_t rows, std::size_t inputs, std::size_t depth,
              void* activations, std::size_t activation_stride_bytes, float* scales) {
  for (std::size_t row = 0; row < rows; ++row) {
    const float* in = x + row * x_stride;
    auto* out = reinterpret_cast<Dot::Activation*>(static_cast<unsigned char*>(activations) +
                                                   row * activation_stride_bytes);
    const std::int32_t bits = LargestMagnitudeBits(in, inputs);
    const float largest = __builtin_bit_cast(float, bits);
    std::size_t i = 0;
    if (bits < kSmallestBits) {
      scales[row] = 0.0F;
    } else if (bits >= kInfinityBits) {
      scales[row] = __builtin_nanf("");
    } else {
      scales[row] = largest / 127.0F;
      const Vec inverse = Vec::Broadcast(127.0F / largest);
      for (; i + Vec::kLanes <= inputs; i += Vec::kLanes) {
        Dot::StoreActivations(Round(Vec::Load(in + i) * inverse), out + i);
      }
      if (i < inputs) {
        Dot::StoreActivations(Round(LoadFirst(in + i, inputs - i) * inverse), out + i);
        i += Vec::kLanes;
      }
    }
    for (; i < depth; i += Vec::kLanes) Dot::StoreActivations(Ints::Zero(), out + i);
  }
}

}  // namespace
}  // namespace theo::int8
