#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "whisper/decoder.h"

namespace theo {

/// A decoder with a thread of its own that takes one batch of requests at a time. All methods belong to the
/// owner's thread. Once the process is exiting it must not be destroyed any more: its thread might never end.
class DecodeThread {
 public:
  /// @param done called on the decode thread, once a request.
  DecodeThread(std::shared_ptr<const Model> model, DecodeDone done);
  /// Aborts what runs, waits for it and frees the decoder.
  ~DecodeThread();
  DecodeThread(const DecodeThread&) = delete;
  DecodeThread& operator=(const DecodeThread&) = delete;

  /// Hands over requests that are decoded together. @return false while one of the last batch is unanswered,
  /// or after Stop().
  bool Submit(std::vector<DecodeRequest> requests);
  /// Makes one request of the last batch end early, with `aborted` set. Does nothing if it has ended.
  void Abort(std::size_t index);
  /// Makes all of them end early.
  void Abort();
  /// Aborts, frees the decoder and lets the thread end by itself; nothing is accepted any more.
  void Stop();

 private:
  struct Batch {
    std::vector<DecodeRequest> requests;
    std::vector<std::atomic<bool>> aborts;
  };

  void Run(std::shared_ptr<const Model> model);
  void Answer(std::size_t index, DecodeOutcome outcome);
  std::shared_ptr<Batch> WaitForBatch();

  DecodeDone done_;
  /// The last batch, shared with the decode thread while it runs.
  std::shared_ptr<Batch> batch_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<Batch> waiting_;
  std::size_t unanswered_ = 0;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace theo
