#pragma once

#include "binding/napi_setup.h"

namespace theo {

/// `quantize(type, weights, rowLength)`: rows of weights in a type of ggml's, computed on libuv's pool.
void RegisterQuantize(Napi::Env env, Napi::Object exports);

}  // namespace theo
