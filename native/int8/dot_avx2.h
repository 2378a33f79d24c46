#pragma once

#include "int8/lanes_avx2.h"

namespace theo::int8 {
namespace {

/**
 * What an instruction set makes of four int8 weights an output. Every variant's Dot has these members.
 *
 * AVX2 alone has no exact product of bytes: its maddubs adds pairs with saturation. Widened to 16 bits, the
 * two even and the two odd weights of an output are two shifts apart, and madd is exact; activations are made
 * 16 bits wide, in that order, when they are quantized.
 */
struct Dot {
  using Activation = std::int16_t;
  static constexpr std::int32_t kActivationOffset = 0;
  static constexpr std::size_t kPanelOutputs = 16;
  /** Rows that share each load of weights: as many as registers can hold sums of. */
  static constexpr std::size_t kRows = 4;

  struct Weights {
    __m256i even;
    __m256i odd;
  };
  struct Activations {
    __m256i even;
    __m256i odd;
  };

  static Weights LoadWeights(const std::int8_t* p) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    return {_mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8), _mm256_srai_epi16(bytes, 8)};
  }
  /** Four activations of a row, for every output of a vector. */
  static Activations BroadcastActivations(const unsigned char* p) {
    std::int32_t pairs[2];
    __builtin_memcpy(pairs, p, sizeof pairs);
    return {_mm256_set1_epi32(pairs[0]), _mm256_set1_epi32(pairs[1])};
  }
  static Ints MultiplyAdd(Activations x, Weights w, Ints sum) {
    return {_mm256_add_epi32(
        sum.v, _mm256_add_epi32(_mm256_madd_epi16(x.even, w.even), _mm256_madd_epi16(x.odd, w.odd)))};
  }

  /** Stores kLanes rounded activations as BroadcastActivations reads them. */
  static void StoreActivations(Ints whole, Activation* out) {
    const __m128i s16x8 =
        _mm_packs_epi32(_mm256_castsi256_si128(whole.v), _mm256_extracti128_si256(whole.v, 1));
    const __m128i evens_first = _mm_setr_epi8(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_shuffle_epi8(s16x8, evens_first));
  }
};

}  // namespace
}  // namespace theo::int8
