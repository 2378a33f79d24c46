#include "int8/dot_avx_vnni.h"

// The kernels below are compiled for the Dot that is included above.
#include "int8/variant_inl.h"
#include "int8/variants.h"

namespace theo::int8 {

constinit const Kernels kAvxVnniKernels = MakeKernels("avx-vnni", Multiply, 16);

}  // namespace theo::int8
