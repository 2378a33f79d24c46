#include "int8/dot_avx_vnni.h"

// The kernels below are compiled for the Dot that is included above.
#include "int8/variant_inl.h"
#include "test/int8/stand_ins.h"

namespace theo::test {

constinit const int8::Kernels kAvxVnniStandInKernels =
    int8::MakeKernels("avx-vnni, stand-in", int8::Multiply, 16);

}  // namespace theo::test
