#pragma once

#include "binding/napi_setup.h"

namespace theo {

/// `dieWithParent()`: from now on the kernel kills this process when the thread that started it ends, even
/// while this process is stopped. Does nothing where the kernel cannot (all but Linux).
void RegisterParentDeath(Napi::Env env, Napi::Object exports);

}  // namespace theo
