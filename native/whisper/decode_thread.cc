#include "whisper/decode_thread.h"

#include <exception>
#include <utility>

#include "whisper/exit_guard.h"

namespace theo {

DecodeThread::DecodeThread(std::shared_ptr<const Model> model, Done done) : done_(std::move(done)) {
  LetExitWaitForGuards();
  thread_ = std::thread([this, model = std::move(model)]() mutable { Run(std::move(model)); });
}

DecodeThread::~DecodeThread() {
  Stop();
  thread_.join();
}

bool DecodeThread::Submit(DecodeRequest request) {
  {
    const std::lock_guard lock(mutex_);
    if (busy_ || stop_) return false;
    busy_ = true;
    abort_ = false;
    job_ = std::move(request);
  }
  wake_.notify_one();
  return true;
}

void DecodeThread::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    abort_ = true;
  }
  wake_.notify_one();
}

std::optional<DecodeRequest> DecodeThread::WaitForJob() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stop_ || job_.has_value(); });
  // A job that was handed over before the stop still gets its answer: aborted.
  return std::exchange(job_, std::nullopt);
}

void DecodeThread::Run(std::shared_ptr<const Model> model) {
  // Allocated here, at the first job: its scratch is big and a slot may never be used.
  std::unique_ptr<Decoder> decoder;
  while (auto job = WaitForJob()) {
    const ExitGuard guard;
    DecodeOutcome outcome;
    try {
      if (!decoder) decoder = std::make_unique<Decoder>(model);
      outcome.result = decoder->Decode(*job, abort_);
    } catch (const std::exception& error) {
      outcome.error = error.what();
    } catch (...) {
      outcome.error = "the decoder failed for an unknown reason";
    }
    {
      const std::lock_guard lock(mutex_);
      busy_ = false;
    }
    done_(std::move(outcome));
  }
  const ExitGuard guard;  // freeing takes ggml, too
  decoder.reset();
  model.reset();
}

}  // namespace theo
