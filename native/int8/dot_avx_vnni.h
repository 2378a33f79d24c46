#pragma once

#include "int8/lanes_avx2.h"

namespace theo::int8 {
namespace {

/** The instruction of dot_avx512_vnni.h on half as many outputs. See dot_avx2.h. */
struct Dot {
  using Activation = std::uint8_t;
  static constexpr std::int32_t kActivationOffset = 128;
  static constexpr std::size_t kPanelOutputs = 16;
  static constexpr std::size_t kRows = 6;

  struct Weights {
    __m256i v;
  };
  struct Activations {
    __m256i v;
  };

  static Weights LoadWeights(const std::int8_t* p) {
    return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))};
  }
  static Activations BroadcastActivations(const unsigned char* p) {
    std::int32_t four;
    __builtin_memcpy(&four, p, sizeof four);
    return {_mm256_set1_epi32(four)};
  }
  static Ints MultiplyAdd(Activations x, Weights w, Ints sum) {
#if defined(__AVXVNNI__)
    return {_mm256_dpbusd_avx_epi32(sum.v, x.v, w.v)};
#else  // as AVX-512 encodes it, for tests on CPUs that have no AVX-VNNI
    return {_mm256_dpbusd_epi32(sum.v, x.v, w.v)};
#endif
  }

  static void StoreActivations(Ints whole, Activation* out) {
    const Ints shifted = whole + Ints::Broadcast(kActivationOffset);
    const __m128i u16x8 =
        _mm_packus_epi32(_mm256_castsi256_si128(shifted.v), _mm256_extracti128_si256(shifted.v, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packus_epi16(u16x8, u16x8));
  }
};

}  // namespace
}  // namespace theo::int8
