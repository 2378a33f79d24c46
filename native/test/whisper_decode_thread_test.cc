#include <deque>
#include <memory>
#include <mutex>
#include <semaphore>
#include <set>
#include <string>
#include <utility>
#include <vector>

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
      : thread_(DemoModel(), [this](std::size_t index, DecodeOutcome outcome) {
          const std::lock_guard lock(mutex_);
          outcomes_.emplace_back(index, std::move(outcome));
          are_there_.release();
        }) {}

  bool Submit(std::int32_t audio_context, std::size_t count = 1) {
    return thread_.Submit(std::vector(count, Speech(audio_context)));
  }
  std::pair<std::size_t, DecodeOutcome> NextOutcome() {
    are_there_.acquire();
    const std::lock_guard lock(mutex_);
    auto next = std::move(outcomes_.front());
    outcomes_.pop_front();
    return next;
  }
  DecodeOutcome Outcome() { return NextOutcome().second; }
  DecodeThread& thread() { return thread_; }

 private:
  std::counting_semaphore<> are_there_{0};
  std::mutex mutex_;
  std::deque<std::pair<std::size_t, DecodeOutcome>> outcomes_;
  DecodeThread thread_;
};

}  // namespace

TEST("batches are answered one after the other, each request once") {
  Slot slot;
  for (const std::size_t count : {1U, 3U, 2U}) {
    CHECK(slot.Submit(128, count));
    std::set<std::size_t> answered;
    for (std::size_t i = 0; i < count; ++i) {
      const auto [index, outcome] = slot.NextOutcome();
      answered.insert(index);
      CHECK_EQ(outcome.error, std::string());
      CHECK_EQ(outcome.result.words.size(), 6U);
    }
    CHECK_EQ(answered.size(), count);
    CHECK_EQ(*answered.rbegin(), count - 1);
  }
}

TEST("a second batch beside the first is refused, and the first may be aborted") {
  Slot slot;
  CHECK(slot.Submit(0, 2));
  CHECK(!slot.Submit(0));
  slot.thread().Abort();
  for (int i = 0; i < 2; ++i) CHECK(slot.Outcome().result.aborted);
  CHECK(slot.Submit(128));
  CHECK(!slot.Outcome().result.aborted);
}

TEST("one of a batch may be aborted, and the others are heard") {
  Slot slot;
  CHECK(slot.Submit(0, 3));
  slot.thread().Abort(1);
  slot.thread().Abort(3);
  for (int i = 0; i < 3; ++i) {
    const auto [index, outcome] = slot.NextOutcome();
    CHECK_EQ(outcome.result.aborted, index == 1);
    CHECK_EQ(outcome.result.words.size(), index == 1 ? 0U : 6U);
  }
}

TEST("a request that cannot be served is answered with the reason, and the thread goes on") {
  Slot slot;
  auto request = Speech(128);
  request.language = "qq";
  CHECK(slot.thread().Submit({std::move(request)}));
  CHECK(slot.Outcome().error.find("'qq'") != std::string::npos);
  CHECK(slot.Submit(128));
  CHECK_EQ(slot.Outcome().error, std::string());
}

TEST("after a stop the running batch ends as aborted, and no other is taken") {
  Slot slot;
  CHECK(slot.Submit(0, 2));
  slot.thread().Stop();
  for (int i = 0; i < 2; ++i) CHECK(slot.Outcome().result.aborted);
  CHECK(!slot.Submit(128));
}

TEST("decoders share weights and run side by side") {
  Slot slots[3];
  for (Slot& slot : slots) CHECK(slot.Submit(128, 2));
  for (Slot& slot : slots) {
    for (int i = 0; i < 2; ++i) CHECK_EQ(slot.Outcome().result.words.size(), 6U);
  }
}

THEO_TEST_MAIN()
