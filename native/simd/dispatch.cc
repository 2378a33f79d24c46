#include <array>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "simd/kernels.h"
#include "simd/spectrum_tables.h"
#include "simd/variants.h"

namespace theo::simd {
namespace {

struct Supported {
  std::array<const Kernels*, 4> items{};
  std::size_t count = 0;
};

Supported Detect() {
  Supported supported;
  const auto add = [&supported](const Kernels& kernels) { supported.items[supported.count++] = &kernels; };
  add(kScalarKernels);
#if defined(THEO_SIMD_X86)
  // The compiler's run-time checks both what CPUID offers and, by XCR0, that the system saves those
  // registers.
  __builtin_cpu_init();
  if (__builtin_cpu_supports("sse4.2")) add(kSse42Kernels);
  const bool has_avx2 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (has_avx2) add(kAvx2Kernels);
  if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
    add(kAvx512Kernels);
  }
#elif defined(THEO_SIMD_NEON)
  add(kNeonKernels);  // part of every 64-bit ARM
#endif
  return supported;
}

const Supported& DetectedOnce() {
  static const Supported supported = Detect();
  return supported;
}

const Kernels& Choose() {
  const char* wanted = std::getenv("THEO_SIMD");
  if (wanted != nullptr && *wanted != '\0') return KernelsNamed(wanted);
  const KernelList list = SupportedKernels();
  return *list.items[list.count - 1];
}

template <std::size_t Lanes>
const SpectrumTables& Tables() {
  static const SpectrumTables tables(Lanes);
  return tables;
}

}  // namespace

const Kernels& ActiveKernels() {
  static const Kernels& active = Choose();
  return active;
}

KernelList SupportedKernels() {
  const Supported& supported = DetectedOnce();
  return {supported.items.data(), supported.count};
}

const Kernels& KernelsNamed(const char* name) {
  std::string names;
  for (const Kernels* kernels : SupportedKernels()) {
    if (std::string_view(kernels->name) == name) return *kernels;
    names += (names.empty() ? "" : ", ") + std::string(kernels->name);
  }
  throw std::invalid_argument("THEO_SIMD is '" + std::string(name) + "', but what runs here is " + names);
}

const SpectrumTables& TablesFor(const Kernels& kernels) {
  switch (kernels.lanes) {
    case 4:
      return Tables<4>();
    case 8:
      return Tables<8>();
    case 16:
      return Tables<16>();
    default:
      return Tables<1>();
  }
}

}  // namespace theo::simd
