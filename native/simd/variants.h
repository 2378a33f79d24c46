#pragma once

#include "simd/kernels.h"

namespace theo::simd {

// One table per instruction set, each defined in its variant_*.cc. Running one needs that instruction set.
extern const Kernels kScalarKernels;
extern const Kernels kSse42Kernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
extern const Kernels kNeonKernels;

}  // namespace theo::simd
