#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <semaphore>
#include <thread>
#include <utility>

#include "check.h"
#include "wav.h"
#include "whisper/decode_thread.h"
#include "whisper/exit_guard.h"

// A program of its own: its cases go on after main() has returned. Threads are left behind, as Node.js leaves
// them.

extern "C" const char* __tsan_default_options() {  // NOLINT: ThreadSanitizer's name
  return "report_thread_leaks=0";
}

namespace {

std::atomic<bool> is_decoding = false;

/** Dies after main(), as ggml's static objects do. */
struct Static {
  ~Static() {
    if (theo::ProcessExits() && !is_decoding) return;
    std::fprintf(stderr, "static objects were destroyed under a decode\n");
    std::_Exit(1);
  }
} to_be_destroyed;

/** A slot with a job. Never destroyed. */
theo::DecodeThread* NewSlot(theo::DecodeDone done) {
  auto slot = std::make_unique<theo::DecodeThread>(
      theo::Model::Load(THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin", {}),
      std::move(done));
  theo::DecodeRequest request;
  request.samples = theo::test::ReadSpeech("en_01.wav");
  request.language = "en";
  request.audio_context = 128;
  CHECK(slot->Submit({std::move(request)}));
  return slot.release();
}

}  // namespace

TEST("exit waits for a decode that runs, and tells it to end") {
  static std::binary_semaphore is_running{0};
  static theo::DecodeThread* const slot = NewSlot([](std::size_t, const theo::DecodeOutcome&) {
    is_decoding = true;
    is_running.release();
    while (!theo::ProcessExits()) std::this_thread::yield();
    is_decoding = false;
  });
  is_running.acquire();
  CHECK(!theo::ProcessExits());
  CHECK(slot != nullptr);
}

TEST("exit does not collide with a decode that is about to begin, or with a decoder that is being freed") {
  static theo::DecodeThread* const beginning = NewSlot([](std::size_t, const theo::DecodeOutcome&) {});
  static theo::DecodeThread* const ending = NewSlot([](std::size_t, const theo::DecodeOutcome&) {});
  ending->Stop();
  CHECK(beginning != ending);
}

THEO_TEST_MAIN()
