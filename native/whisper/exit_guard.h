#pragma once

namespace theo {

/// Makes exit() wait for guards. To be called before a thread is started that will hold one.
void LetExitWaitForGuards();

/// Held by a thread while it uses ggml or whisper.cpp: exit() destroys their static objects under the threads
/// that use them, and Node.js runs no cleanup hook before it. A thread that comes when the process is already
/// exiting stays in the constructor for ever, so nobody may wait for it.
class ExitGuard {
 public:
  ExitGuard();
  ~ExitGuard();
  ExitGuard(const ExitGuard&) = delete;
  ExitGuard& operator=(const ExitGuard&) = delete;
};

/// Whether the process exits: work under a guard should then end early.
[[nodiscard]] bool ProcessExits();

}  // namespace theo
