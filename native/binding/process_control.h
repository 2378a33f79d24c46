#pragma once

#include "binding/napi_setup.h"

namespace theo {

/// What Node does not offer of the process' own settings. The types are in src/native.ts.
///
/// `dieWithParent()`: from now on the kernel kills this process when the thread that started it ends, even
/// while this process is stopped. Does nothing where the kernel cannot (all but Linux).
///
/// `setEnvironment(name, value)`: for the libraries of this process. `process.env` does the same in the main
/// thread, but in a worker thread it is a copy that libraries never see.
void RegisterProcessControl(Napi::Env env, Napi::Object exports);

}  // namespace theo
