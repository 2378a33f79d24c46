#include "whisper/exit_guard.h"

#include <atomic>
#include <cstdlib>
#include <mutex>

namespace theo {
namespace {

// Never destroyed: threads look at them until the process is gone.
constinit std::atomic<bool> exiting = false;
constinit std::atomic<int> held = 0;

void WaitForGuards() {
  exiting = true;
  for (int guards = held; guards > 0; guards = held) held.wait(guards);
}

void LetGo() {
  --held;
  held.notify_all();
}

void RegisterOnce(std::once_flag& once) {
  std::call_once(once, [] { static_cast<void>(std::atexit(WaitForGuards)); });
}

}  // namespace

void LetExitWaitForGuards() {
  static std::once_flag once;
  RegisterOnce(once);
}

ExitGuard::ExitGuard() {
  ++held;
  if (!exiting) return;
  LetGo();
  exiting.wait(true);
}

ExitGuard::~ExitGuard() {
  // exit() runs handlers in reverse order. Registered again after the first work, the wait comes before the
  // destruction of the static objects that the work has made.
  static std::once_flag once;
  RegisterOnce(once);
  LetGo();
}

bool ProcessExits() {
  return exiting;
}

}  // namespace theo
