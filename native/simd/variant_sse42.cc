#include "simd/vec_sse42.h"

// The kernels below are compiled for the Vec that is included above.
#include "simd/table_inl.h"
#include "simd/variants.h"

namespace theo::simd {

constinit const Kernels kSse42Kernels = MakeKernels("sse4.2");

}  // namespace theo::simd
