#pragma once

// The one place that includes node-addon-api, so that every unit sees the same switches.
// NAPI_VERSION and the exception mode are compile definitions of the target (see CMakeLists.txt).
#include <napi.h>
