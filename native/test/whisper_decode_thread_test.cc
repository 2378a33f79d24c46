#include <memory>
#include <semaphore>
#include <string>
#include <utility>

#include "check.h"
#include "wav.h"
#include "whisper/decode_thread.h"

namespace {

using theo::DecodeOutcome;
using theo::DecodeThread;

std::shared_ptr<const theo::Model> DemoModel() {
  return theo::Model::Load(THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin", {});
}

theo::DecodeRequest Speech(std::int32_t audio_context) {
  theo::DecodeRequest request;
  request.samples = theo::test::ReadSpeech("en_01.wav");
  request.language = "en";
  request.audio_context = audio_context;
  return request;
}

/** A decode thread whose outcomes are waited for one by one. */
class Slot {
 public:
  Slot()
      : thread_(DemoModel(), [this](DecodeOutcome outcome) {
          outcome_ = std::move(outcome);
          is_there_.release();
        }) {}

  bool Submit(std::int32_t audio_context) { return thread_.Submit(Speech(audio_context)); }
  DecodeOutcome Outcome() {
    is_there_.acquire();
    return std::move(outcome_);
  }
  DecodeThread& thread() { return thread_; }

 private:
  std::binary_semaphore is_there_{0};
  DecodeOutcome outcome_;
  DecodeThread thread_;
};

}  // namespace

TEST("jobs are answered one after the other") {
  Slot slot;
  for (int i = 0; i < 2; ++i) {
    CHECK(slot.Submit(128));
    const DecodeOutcome outcome = slot.Outcome();
    CHECK_EQ(outcome.error, std::string());
    CHECK_EQ(outcome.result.words.size(), 6U);
  }
}

TEST("a second job beside the first is refused, and the first may be aborted") {
  Slot slot;
  CHECK(slot.Submit(0));
  CHECK(!slot.Submit(0));
  slot.thread().Abort();
  CHECK(slot.Outcome().result.aborted);
}

TEST("a job that cannot be done is answered with the reason, and the thread goes on") {
  Slot slot;
  auto request = Speech(128);
  request.language = "qq";
  CHECK(slot.thread().Submit(std::move(request)));
  CHECK(slot.Outcome().error.find("'qq'") != std::string::npos);
  CHECK(slot.Submit(128));
  CHECK_EQ(slot.Outcome().error, std::string());
}

TEST("after a stop the running job ends as aborted, and no other is taken") {
  Slot slot;
  CHECK(slot.Submit(0));
  slot.thread().Stop();
  CHECK(slot.Outcome().result.aborted);
  CHECK(!slot.Submit(128));
}

TEST("decoders share weights and run side by side") {
  Slot slots[3];
  for (Slot& slot : slots) CHECK(slot.Submit(128));
  for (Slot& slot : slots) CHECK_EQ(slot.Outcome().result.words.size(), 6U);
}

THEO_TEST_MAIN()
