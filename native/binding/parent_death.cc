#include "binding/parent_death.h"

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

}  // namespace

void RegisterParentDeath(Napi::Env env, Napi::Object exports) {
  exports.Set("dieWithParent", Napi::Function::New(env, DieWithParent, "dieWithParent"));
}

}  // namespace theo
