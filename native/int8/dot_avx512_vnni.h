#pragma once

#include "int8/lanes_avx512.h"

namespace theo::int8 {
namespace {

/** Four products and their sum in one instruction, activations unsigned. See dot_avx2.h. */
struct Dot {
  using Activation = std::uint8_t;
  static constexpr std::int32_t kActivationOffset = 128;
  static constexpr std::size_t kPanelOutputs = 64;
  static constexpr std::size_t kRows = 6;

  struct Weights {
    __m512i v;
  };
  struct Activations {
    __m512i v;
  };

  static Weights LoadWeights(const std::int8_t* p) { return {_mm512_loadu_si512(p)}; }
  static Activations BroadcastActivations(const unsigned char* p) {
    std::int32_t four;
    __builtin_memcpy(&four, p, sizeof four);
    return {_mm512_set1_epi32(four)};
  }
  static Ints MultiplyAdd(Activations x, Weights w, Ints sum) {
    return {_mm512_dpbusd_epi32(sum.v, x.v, w.v)};
  }

  static void StoreActivations(Ints whole, Activation* out) {
    const Ints shifted = whole + Ints::Broadcast(kActivationOffset);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_cvtepi32_epi8(shifted.v));
  }
};

}  // namespace
}  // namespace theo::int8
