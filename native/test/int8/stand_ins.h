#pragma once

#include "int8/kernels.h"

namespace theo::test {

// Included by the variant files: nothing here may bring inline library code (see native/int8/CMakeLists.txt).

// Variants that run on CPUs without their instructions, given AVX-512 VNNI.

/** The code of "avx-vnni", its one instruction encoded as AVX-512 has it. */
extern const int8::Kernels kAvxVnniStandInKernels;
/** The code of "amx" over tile instructions in plain C++; they trap where the real ones would fault. */
extern const int8::Kernels kAmxStandInKernels;

}  // namespace theo::test
