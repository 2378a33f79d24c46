#pragma once

// Kernels over the Vec of the including variant: the highest of many scores, and the mass of a softmax.

#include "simd/exp_inl.h"
#include "simd/kernels.h"

namespace theo::simd {
namespace {

/** The last `count` values, fewer than lanes; the lanes behind them hold `fill`. */
inline Vec LoadTail(const float* values, std::size_t count, float fill) {
  alignas(64) float tail[Vec::kLanes];
  for (std::size_t i = 0; i < Vec::kLanes; ++i) tail[i] = i < count ? values[i] : fill;
  return Vec::Load(tail);
}

ArgMax FindMax(const float* values, std::size_t count) {
  // Whole blocks are compared by their highest value alone; only the winner is looked into.
  constexpr std::size_t kBlock = 16 * Vec::kLanes;
  constexpr float kLowest = -__builtin_inff();
  float highest = kLowest;
  std::size_t at = 0;
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t end = first + kBlock < count ? first + kBlock : count;
    Vec max = Vec::Broadcast(kLowest);
    std::size_t i = first;
    for (; i + Vec::kLanes <= end; i += Vec::kLanes) max = Max(Vec::Load(values + i), max);
    if (i < end) max = Max(LoadTail(values + i, end - i, kLowest), max);
    const float top = ReduceMax(max);
    if (top > highest) {
      highest = top;
      at = first;
    }
  }
  // Reaches the end where all is NaN.
  while (at < count && !(values[at] >= highest)) ++at;
  return {at, highest};
}

float SumExp(const float* values, std::size_t count, float shift) {
  // Sums of sums keep the rounding errors of long spans small.
  constexpr std::size_t kBlock = 64 * Vec::kLanes;
  const Vec shifts = Vec::Broadcast(shift);
  const auto term = [shifts](Vec x) { return Exp2((x - shifts) * Vec::Broadcast(kLog2E)); };
  Vec total = Vec::Broadcast(0.0F);
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t end = first + kBlock < count ? first + kBlock : count;
    Vec sum = Vec::Broadcast(0.0F);
    std::size_t i = first;
    for (; i + Vec::kLanes <= end; i += Vec::kLanes) sum = sum + term(Vec::Load(values + i));
    if (i < end) sum = sum + term(LoadTail(values + i, end - i, -__builtin_inff()));
    total = total + sum;
  }
  return ReduceAdd(total);
}

}  // namespace
}  // namespace theo::simd
