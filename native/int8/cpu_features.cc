#include "int8/cpu_features.h"

#if defined(THEO_INT8_X86)
#include <cpuid.h>

#include <cstdint>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace theo::int8 {
namespace {

// Intel's manual, volume 2, CPUID: leaf 7.
constexpr unsigned kAvxVnni = 1U << 4;      // of EAX, subleaf 1
constexpr unsigned kAmxTile = 1U << 24;     // of EDX, subleaf 0
constexpr unsigned kAmxInt8 = 1U << 25;     // of EDX, subleaf 0
constexpr unsigned kTileStates = 3U << 17;  // of XCR0: their configuration and their data

struct Registers {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
};

/** Zeros where the leaf is not there. */
Registers StructuredFeatures(unsigned subleaf) {
  Registers r;
  __get_cpuid_count(7, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
}

/** What the operating system saves of a thread's registers, the lower half. */
std::uint32_t EnabledStates() {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

bool RequestTiles() {
#if defined(__linux__)
  constexpr int kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM of asm/prctl.h
  constexpr int kTileData = 18;               // the number of that state in XCR0
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

}  // namespace

bool HasAvxVnni() {
  return (StructuredFeatures(1).eax & kAvxVnni) != 0;
}

bool RequestAmx() {
  constexpr unsigned kNeeded = kAmxTile | kAmxInt8;
  return (StructuredFeatures(0).edx & kNeeded) == kNeeded && (EnabledStates() & kTileStates) == kTileStates &&
         RequestTiles();
}

}  // namespace theo::int8
#endif
