#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

#include "attention/attention.h"
#include "audio/front_end.h"
#include "test/check.h"
#include "test/signals.h"

// A program of its own, for it counts the whole program's allocations.

namespace {

std::atomic<std::size_t> allocations{0};

void* Allocate(std::size_t size, std::size_t alignment) {
  ++allocations;
  void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return Allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

TEST("a stream that is open allocates nothing any more") {
  for (const int rate : {8000, 16000, 44100, 44101, 48000}) {
    const auto pcm = theo::test::ToPcm(theo::test::WhiteNoise(static_cast<std::size_t>(rate), 0.1));
    std::vector<float> samples(40 * theo::kHopSamples);
    std::vector<theo::Energy> levels(40);
    theo::FrontEnd front_end(rate);
    const std::size_t before = allocations;
    CHECK_BELOW(25U, front_end.Push(pcm, samples, levels));
    CHECK_BELOW(0U, front_end.Flush(samples, levels));
    CHECK_EQ(allocations.load(), before);
    CHECK_BELOW(0U, before);
  }
}

TEST("attention allocates its workspace once") {
  const std::vector<float> queries(100 * 64, 0.1F);
  const std::vector<std::uint16_t> rows(300 * 64, 0x3C00);
  std::vector<float> out(queries.size());
  const theo::KeyValueBlock block = {rows.data(), rows.data(), 300, 64, nullptr};
  theo::AttentionInput in = {queries.data(), 1, 64, 1, 64, 0.125F, {&block, 1}, true, out.data(), 64};
  theo::AttentionWorkspace workspace;
  theo::Attend(in, workspace, 0, 1);
  const std::size_t before = allocations;
  for (in.query_rows = 1; in.query_rows <= 100; ++in.query_rows) theo::Attend(in, workspace, 0, 1);
  CHECK_EQ(allocations.load(), before);
}

THEO_TEST_MAIN()
