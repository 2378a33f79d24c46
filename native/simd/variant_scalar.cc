#include "simd/vec_scalar.h"

// The kernels below are compiled for the Vec that is included above.
#include "simd/table_inl.h"
#include "simd/variants.h"

namespace theo::simd {

constinit const Kernels kScalarKernels = MakeKernels("scalar");

}  // namespace theo::simd
