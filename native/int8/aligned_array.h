#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>

namespace theo::int8 {

struct FreeMemory {
  void operator()(void* p) const { std::free(p); }
};

/**
 * Memory that starts on a cache line; where there is much of it, on pages of 2 MiB if the system grants them:
 * a stream of weights then waits less for the translation of addresses. @throws std::bad_alloc
 */
void* AllocateAligned(std::size_t bytes);

/** Numbers whose first lies on a cache line. */
template <class T>
using AlignedArray = std::unique_ptr<T[], FreeMemory>;

/** So many zeros. @throws std::bad_alloc */
template <class T>
AlignedArray<T> MakeAlignedArray(std::size_t count) {
  AlignedArray<T> array(static_cast<T*>(AllocateAligned(count * sizeof(T))));
  std::fill_n(array.get(), count, T{});
  return array;
}

}  // namespace theo::int8
