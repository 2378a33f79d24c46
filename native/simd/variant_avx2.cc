#include "simd/vec_avx2.h"

// The kernels below are compiled for the Vec that is included above.
#include "simd/table_inl.h"
#include "simd/variants.h"

namespace theo::simd {

constinit const Kernels kAvx2Kernels = MakeKernels("avx2");

}  // namespace theo::simd
