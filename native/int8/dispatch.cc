#include <array>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "int8/cpu_features.h"
#include "int8/kernels.h"
#include "int8/variants.h"

namespace theo::int8 {
namespace {

struct Supported {
  std::array<const Kernels*, 4> items{};
  std::size_t count = 0;
};

Supported Detect() {
  Supported supported;
#if defined(THEO_INT8_X86)
  const auto add = [&supported](const Kernels& kernels) { supported.items[supported.count++] = &kernels; };
  // The compiler's run-time checks both what CPUID offers and, by XCR0, that the system saves those
  // registers.
  __builtin_cpu_init();
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (!has_avx2) return supported;
  add(kAvx2Kernels);
  if (HasAvxVnni()) add(kAvxVnniKernels);
  if (!(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vnni"))) {
    return supported;
  }
  add(kAvx512VnniKernels);
  if (RequestAmx()) add(kAmxKernels);
#endif
  return supported;
}

const Supported& DetectedOnce() {
  static const Supported supported = Detect();
  return supported;
}

const Kernels& Choose() {
  const KernelList list = SupportedKernels();
  if (list.count == 0) {
    throw std::runtime_error("no int8 kernels run on this CPU: they need x86-64 with AVX2");
  }
  const char* wanted = std::getenv("THEO_INT8");
  if (wanted != nullptr && *wanted != '\0') return KernelsNamed(wanted);
  return *list.items[list.count - 1];
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
  throw std::invalid_argument("THEO_INT8 is '" + std::string(name) + "', but what runs here is " + names);
}

}  // namespace theo::int8
