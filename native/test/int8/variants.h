#pragma once

#include <string_view>
#include <vector>

#include "int8/kernels.h"
#include "test/int8/stand_ins.h"

namespace theo::test {

/** The variants that run on this machine, and stand-ins for those that may not. */
inline std::vector<const int8::Kernels*> AllVariants() {
  const auto supported = int8::SupportedKernels();
  std::vector<const int8::Kernels*> all(supported.begin(), supported.end());
#if defined(THEO_INT8_STAND_INS)
  for (const int8::Kernels* kernels : supported) {
    if (std::string_view(kernels->name) == "avx512-vnni") {
      all.insert(all.end(), {&kAvxVnniStandInKernels, &kAmxStandInKernels});
    }
  }
#endif
  return all;
}

template <class Body>
void ForEachVariant(Body body) {
  for (const int8::Kernels* kernels : AllVariants()) body(*kernels);
}

}  // namespace theo::test
