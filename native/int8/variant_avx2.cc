#include "int8/dot_avx2.h"

// The kernels below are compiled for the Dot that is included above.
#include "int8/variant_inl.h"
#include "int8/variants.h"

namespace theo::int8 {

constinit const Kernels kAvx2Kernels = MakeKernels("avx2", Multiply, 16);

}  // namespace theo::int8
