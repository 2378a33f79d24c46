#include "whisper/decode_thread.h"

#if defined(__linux__) || defined(__APPLE__)
#include <pthread.h>
#endif

#include <utility>

#include "whisper/error.h"
#include "whisper/exit_guard.h"

namespace theo {

namespace {

// Threads that ggml starts from a decode thread inherit the name: `top -H` and the benches can tell them by
// it.
void NameDecodeThread() {
#if defined(__linux__)
  pthread_setname_np(pthread_self(), "theo-decode");
#elif defined(__APPLE__)
  pthread_setname_np("theo-decode");
#endif
}

}  // namespace

DecodeThread::DecodeThread(std::shared_ptr<const Model> model, DecodeDone done) : done_(std::move(done)) {
  LetExitWaitForGuards();
  thread_ = std::thread([this, model = std::move(model)]() mutable { Run(std::move(model)); });
}

DecodeThread::~DecodeThread() {
  Stop();
  thread_.join();
}

bool DecodeThread::Submit(std::vector<DecodeRequest> requests) {
  {
    const std::lock_guard lock(mutex_);
    if (unanswered_ > 0 || stop_) return false;
    const std::size_t count = requests.size();
    unanswered_ = count;
    batch_ = std::make_shared<Batch>(std::move(requests), std::vector<std::atomic<bool>>(count));
    waiting_ = batch_;
  }
  wake_.notify_one();
  return true;
}

void DecodeThread::Abort(std::size_t index) {
  if (batch_ && index < batch_->aborts.size()) batch_->aborts[index] = true;
}

void DecodeThread::Abort() {
  if (!batch_) return;
  for (std::atomic<bool>& abort : batch_->aborts) abort = true;
}

void DecodeThread::Stop() {
  Abort();
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
}

std::shared_ptr<DecodeThread::Batch> DecodeThread::WaitForBatch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stop_ || waiting_; });
  // A batch that was handed over before the stop is still answered, as aborted.
  return std::exchange(waiting_, nullptr);
}

void DecodeThread::Answer(std::size_t index, DecodeOutcome outcome) {
  {
    // Before the answer: the owner may then hand over the next batch at once.
    const std::lock_guard lock(mutex_);
    --unanswered_;
  }
  done_(index, std::move(outcome));
}

void DecodeThread::Run(std::shared_ptr<const Model> model) {
  NameDecodeThread();
  // Allocated here, at the first batch: its scratch is big and a slot may never be used.
  std::unique_ptr<Decoder> decoder;
  while (const auto batch = WaitForBatch()) {
    const ExitGuard guard;
    try {
      if (!decoder) decoder = std::make_unique<Decoder>(model);
    } catch (...) {
      const std::string error = CurrentError();
      for (std::size_t i = 0; i < batch->requests.size(); ++i) Answer(i, {.result = {}, .error = error});
      continue;
    }
    decoder->Decode(batch->requests, batch->aborts,
                    [this](std::size_t index, DecodeOutcome outcome) { Answer(index, std::move(outcome)); });
  }
  const ExitGuard guard;  // freeing uses ggml, too
  decoder.reset();
  model.reset();
}

}  // namespace theo
