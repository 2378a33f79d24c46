#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace theo::int8 {

inline constexpr std::align_val_t kCacheLine{64};

template <class T>
struct AlignedDelete {
  void operator()(T* p) const { ::operator delete[](p, kCacheLine); }
};

/** Numbers whose first lies on a cache line. */
template <class T>
using AlignedArray = std::unique_ptr<T[], AlignedDelete<T>>;

/** So many zeros. */
template <class T>
AlignedArray<T> MakeAlignedArray(std::size_t count) {
  AlignedArray<T> array(new (kCacheLine) T[count]);
  std::fill_n(array.get(), count, T{});
  return array;
}

}  // namespace theo::int8
