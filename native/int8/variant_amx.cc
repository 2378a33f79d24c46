#include "int8/dot_avx512_vnni.h"

// The kernels below are compiled for the Dot that is included above.
#include "int8/multiply_tiles_inl.h"
#include "int8/variant_inl.h"
#include "int8/variants.h"

namespace theo::int8 {

constinit const Kernels kAmxKernels = MakeKernels("amx", MultiplyTiled<AmxTiles>, kTileBytes);

}  // namespace theo::int8
