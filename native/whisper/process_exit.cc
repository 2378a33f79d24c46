#include "whisper/process_exit.h"

#include <atomic>
#include <cstdlib>
#include <mutex>

namespace theo {
namespace {

// Never destroyed: threads look at them until the process is gone.
constinit std::atomic<bool> exiting = false;
constinit std::atomic<int> running = 0;

void EndDecodes() {
  exiting = true;
  for (int decodes = running; decodes > 0; decodes = running) running.wait(decodes);
}

void BeforeStaticsDie(std::once_flag& once) {
  std::call_once(once, [] { static_cast<void>(std::atexit(EndDecodes)); });
}

}  // namespace

RunningDecode::RunningDecode() {
  static std::once_flag once;
  BeforeStaticsDie(once);
  ++running;
}

RunningDecode::~RunningDecode() {
  // exit() goes backwards: only a handler registered after a whole decode comes before every static it made.
  static std::once_flag once;
  BeforeStaticsDie(once);
  --running;
  running.notify_all();
}

bool ProcessExits() {
  return exiting;
}

}  // namespace theo
