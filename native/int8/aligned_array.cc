#include "int8/aligned_array.h"

#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace theo::int8 {

void* AllocateAligned(std::size_t bytes) {
  constexpr std::size_t kCacheLine = 64;
  constexpr std::size_t kHugePage = std::size_t{2} << 20;
  const bool is_large = bytes >= 2 * kHugePage;
  void* memory = nullptr;
  if (posix_memalign(&memory, is_large ? kHugePage : kCacheLine, bytes) != 0) throw std::bad_alloc();
#if defined(__linux__)
  if (is_large) madvise(memory, bytes, MADV_HUGEPAGE);  // advice: without it the pages are small
#endif
  return memory;
}

}  // namespace theo::int8
