#pragma once

// Kernels over the Vec of the including variant: DC blocker, level and gain.

#include "simd/kernels.h"

namespace theo::simd {
namespace {

struct PoleTables {
  float powers[16];
  float input_weight;
  double pole_to_lanes;
};

constexpr PoleTables MakePoleTables() {
  PoleTables tables{};
  double power = 1.0;
  for (std::size_t i = 0; i < 16; ++i) {
    tables.powers[i] = static_cast<float>(power);
    power *= kDcPole;
    if (i + 1 == Vec::kLanes) tables.pole_to_lanes = power;
  }
  tables.input_weight = static_cast<float>(1.0 - kDcPole);
  return tables;
}

HopLevel BlockDc(const float* in, std::size_t count, double* mean, float* out) {
  static constexpr PoleTables kPole = MakePoleTables();
  const Vec powers = Vec::Load(kPole.powers);
  const Vec weight = Vec::Broadcast(kPole.input_weight);
  double m = *mean;
  Vec squares = Vec::Broadcast(0.0F);
  Vec peak = Vec::Broadcast(0.0F);
  for (std::size_t i = 0; i < count; i += Vec::kLanes) {
    const Vec x = Vec::Load(in + i);
    const Vec scan = WeightedScan(x * weight, kPole.powers);
    const Vec means = MulAdd(powers, Vec::Broadcast(static_cast<float>(m)), ShiftUp1(scan));
    const Vec y = x - means;
    y.Store(out + i);
    squares = MulAdd(y, y, squares);
    peak = Max(Abs(y), peak);
    m = kPole.pole_to_lanes * m + static_cast<double>(LastLane(scan));
  }
  *mean = m;
  return {ReduceAdd(squares), ReduceMax(peak)};
}

void ApplyGain(const float* in, std::size_t count, float from, float to, float* out) {
  alignas(64) float ramp[Vec::kLanes];
  const float step = (to - from) / static_cast<float>(count);
  for (std::size_t i = 0; i < Vec::kLanes; ++i) ramp[i] = static_cast<float>(i + 1);
  const Vec slope = Vec::Broadcast(step);
  const Vec start = Vec::Broadcast(from);
  const Vec top = Vec::Broadcast(1.0F);
  const Vec bottom = Vec::Broadcast(-1.0F);
  const Vec lanes = Vec::Broadcast(static_cast<float>(Vec::kLanes));
  Vec index = Vec::Load(ramp);
  for (std::size_t i = 0; i < count; i += Vec::kLanes) {
    const Vec y = Vec::Load(in + i) * MulAdd(index, slope, start);
    Max(Min(y, top), bottom).Store(out + i);
    index = index + lanes;
  }
}

}  // namespace
}  // namespace theo::simd
