#include "simd/vec_neon.h"

// The kernels below are compiled for the Vec that is included above.
#include "simd/table_inl.h"
#include "simd/variants.h"

namespace theo::simd {

constinit const Kernels kNeonKernels = MakeKernels("neon");

}  // namespace theo::simd
