#pragma once

namespace theo {

/// Holds the process's exit back while it lives: exit() destroys ggml's static objects under the threads that
/// use them, and Node.js runs no cleanup hook before it.
class RunningDecode {
 public:
  RunningDecode();
  ~RunningDecode();
  RunningDecode(const RunningDecode&) = delete;
  RunningDecode& operator=(const RunningDecode&) = delete;
};

/// Whether exit() was called: a decode ends early.
[[nodiscard]] bool ProcessExits();

}  // namespace theo
