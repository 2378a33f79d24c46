#include "simd/vec_avx512.h"

// The kernels below are compiled for the Vec that is included above.
#include "simd/table_inl.h"
#include "simd/variants.h"

namespace theo::simd {

constinit const Kernels kAvx512Kernels = MakeKernels("avx512");

}  // namespace theo::simd
