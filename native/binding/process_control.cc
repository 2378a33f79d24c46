#include "binding/process_control.h"

#include <cstdlib>
#include <string>
#include <string_view>

#ifdef __linux__
#include <sys/prctl.h>

#include <csignal>
#endif

namespace theo {
namespace {

void DieWithParent([[maybe_unused]] const Napi::CallbackInfo& info) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

void SetEnvironment(const Napi::CallbackInfo& info) {
  const std::string name = info[0].As<Napi::String>();
  const std::string value = info[1].As<Napi::String>();
#ifndef _WIN32
  // Other threads may be reading: nothing is written that is there already.
  const char* current = std::getenv(name.c_str());
  if (current == nullptr || std::string_view(current) != value) setenv(name.c_str(), value.c_str(), 1);
#endif
}

}  // namespace

void RegisterProcessControl(Napi::Env env, Napi::Object exports) {
  exports.Set("dieWithParent", Napi::Function::New(env, DieWithParent, "dieWithParent"));
  exports.Set("setEnvironment", Napi::Function::New(env, SetEnvironment, "setEnvironment"));
}

}  // namespace theo
