#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "whisper/decoder.h"

namespace theo {

/// A decode's result, or why there is none.
struct DecodeOutcome {
  DecodeResult result;
  /// Empty: it worked.
  std::string error;
};

/// A decoder with a thread of its own that takes one job at a time. All methods belong to the owner's thread.
/// Once the process is exiting it may be left alone but not destroyed: its thread might never end.
class DecodeThread {
 public:
  using Done = std::function<void(DecodeOutcome)>;

  /// @param done called on the decode thread, once a job.
  DecodeThread(std::shared_ptr<const Model> model, Done done);
  /// Aborts the running job, waits for it and frees the decoder.
  ~DecodeThread();
  DecodeThread(const DecodeThread&) = delete;
  DecodeThread& operator=(const DecodeThread&) = delete;

  /// Hands over a job. @return false when one is still running, or after Stop().
  bool Submit(DecodeRequest request);
  /// Makes the running job end early, with `aborted` set.
  void Abort() { abort_ = true; }
  /// Aborts, frees the decoder and lets the thread end by itself; no job is accepted any more.
  void Stop();

 private:
  void Run(std::shared_ptr<const Model> model);
  std::optional<DecodeRequest> WaitForJob();

  Done done_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<DecodeRequest> job_;
  bool busy_ = false;
  bool stop_ = false;
  std::atomic<bool> abort_ = false;
  std::thread thread_;
};

}  // namespace theo
