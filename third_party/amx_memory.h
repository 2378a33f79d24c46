// Included before ggml's AMX kernels. GCC 12's intrinsics say that ldtilecfg reads 8 bytes of its configuration (it reads
// 64) and that tileloadd reads no memory, so the optimizer drops or moves the stores before them: the configuration is
// stack garbage, and the first product faults or is wrong (GCC PR target/114098).
#pragma once
#ifdef __AMX_TILE__
#include <immintrin.h>

#define THEO_TILE_LOADD(tile, base, stride)                                           \
  __asm__ volatile("tileloadd\t(%0,%1,1), %%tmm" #tile                                \
                   :                                                                  \
                   : "r"((const void *)(base)), "r"((long)(stride))                   \
                   : "memory")
#undef _tile_loadd
#define _tile_loadd(tile, base, stride) THEO_TILE_LOADD(tile, base, stride)
#define _tile_loadconfig(config) __asm__ volatile("ldtilecfg\t(%0)" : : "r"(config) : "memory")
#endif
