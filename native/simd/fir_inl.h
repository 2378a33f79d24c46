#pragma once

// Kernels over the Vec of the including variant: conversion and dot products.

#include "simd/kernels.h"

namespace theo::simd {
namespace {

void S16ToFloat(const unsigned char* pcm, std::size_t count, float* out) {
  constexpr float kScale = 1.0F / 32768.0F;
  const Vec scale = Vec::Broadcast(kScale);
  std::size_t i = 0;
  for (; i + Vec::kLanes <= count; i += Vec::kLanes) (Vec::LoadS16(pcm + 2 * i) * scale).Store(out + i);
  for (; i < count; ++i) {
    const auto sample = static_cast<std::int16_t>(pcm[2 * i] | (pcm[2 * i + 1] << 8));
    out[i] = static_cast<float>(sample) * kScale;
  }
}

// Two accumulators for each product: eight chains hide the latency of the multiply-add.
void Dot4(const float* const x[4], const float* const h[4], std::size_t taps, float* out) {
  constexpr std::size_t kLanes = Vec::kLanes;
  const Vec zero = Vec::Broadcast(0.0F);
  Vec even[4] = {zero, zero, zero, zero};
  Vec odd[4] = {zero, zero, zero, zero};
  std::size_t i = 0;
  for (; i + 2 * kLanes <= taps; i += 2 * kLanes) {
    for (std::size_t j = 0; j < 4; ++j) {
      even[j] = MulAdd(Vec::Load(x[j] + i), Vec::Load(h[j] + i), even[j]);
      odd[j] = MulAdd(Vec::Load(x[j] + i + kLanes), Vec::Load(h[j] + i + kLanes), odd[j]);
    }
  }
  if constexpr (2 * kLanes > kTapMultiple) {
    if (i < taps) {
      for (std::size_t j = 0; j < 4; ++j) even[j] = MulAdd(Vec::Load(x[j] + i), Vec::Load(h[j] + i), even[j]);
    }
  }
  ReduceAdd4(even[0] + odd[0], even[1] + odd[1], even[2] + odd[2], even[3] + odd[3], out);
}

// Eight outputs share each load of the input, and rows are aligned: as many loads as multiply-adds, which is
// what a core can do of both in a cycle.
void FirBlock(const float* x, const float* rows, std::size_t taps, float* out) {
  const Vec zero = Vec::Broadcast(0.0F);
  Vec sum[kBlockOutputs] = {zero, zero, zero, zero, zero, zero, zero, zero};
  for (std::size_t i = 0; i < taps; i += Vec::kLanes) {
    const Vec samples = Vec::Load(x + i);
    for (std::size_t j = 0; j < kBlockOutputs; ++j)
      sum[j] = MulAdd(samples, Vec::Load(rows + j * taps + i), sum[j]);
  }
  ReduceAdd4(sum[0], sum[1], sum[2], sum[3], out);
  ReduceAdd4(sum[4], sum[5], sum[6], sum[7], out + 4);
}

}  // namespace
}  // namespace theo::simd
