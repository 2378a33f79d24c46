#pragma once

namespace theo {

/// Makes exit() wait for guards. To be called before a thread is started that will hold one.
void LetExitWaitForGuards();

/// Held by a thread while it uses ggml or whisper.cpp: exit() destroys their static objects under the threads
/// that use them, and Node.js runs no cleanup hook before it. A thread that comes when the process is already
/// exiting stays in the constructor for good; nobody may wait for it any more.
class ExitGuard {
 public:
  ExitGuard();
  ~ExitGuard();
  ExitGuard(const ExitGuard&) = delete;
  ExitGuard& operator=(const ExitGuard&) = delete;
};

/// Whether exit() waits: what holds a guard should end early.
[[nodiscard]] bool ProcessExits();

}  // namespace theo
