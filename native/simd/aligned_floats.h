#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace theo {

struct AlignedDelete {
  void operator()(float* p) const { ::operator delete[](p, std::align_val_t{64}); }
};

/** Floats whose first lies on a cache line, so that vector loads of whole rows never straddle two. */
using AlignedFloats = std::unique_ptr<float[], AlignedDelete>;

/** So many zeros. */
inline AlignedFloats MakeAlignedFloats(std::size_t count) {
  AlignedFloats floats(new (std::align_val_t{64}) float[count]);
  std::fill_n(floats.get(), count, 0.0F);
  return floats;
}

}  // namespace theo
