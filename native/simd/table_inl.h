#pragma once

// The table of all kernels over the Vec of the including variant.

#include "simd/attention_inl.h"
#include "simd/fir_inl.h"
#include "simd/kernels.h"
#include "simd/level_inl.h"
#include "simd/logits_inl.h"
#include "simd/spectrum_inl.h"

namespace theo::simd {
namespace {

constexpr Kernels MakeKernels(const char* name) {
  return {name,       Vec::kLanes, &S16ToFloat, &FirBlock, &Dot4,  &BlockDc,
          &ApplyGain, &Spectrum,   &FindMax,    &SumExp,   &Attend};
}

}  // namespace
}  // namespace theo::simd
