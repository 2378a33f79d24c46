#pragma once

#include "int8/kernels.h"

namespace theo::int8 {

// One table per instruction set, each defined in its variant_*.cc. Running one needs that instruction set.
extern const Kernels kAvx2Kernels;
extern const Kernels kAvxVnniKernels;
extern const Kernels kAvx512VnniKernels;
extern const Kernels kAmxKernels;

}  // namespace theo::int8
