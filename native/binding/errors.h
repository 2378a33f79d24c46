#pragma once

#include <string>

#include "binding/napi_setup.h"

namespace theo {

/// A JS error whose `code` a caller can switch on.
inline Napi::Error CodedError(Napi::Env env, const std::string& code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

}  // namespace theo
