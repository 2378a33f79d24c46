#pragma once

#include "binding/napi_setup.h"
#include "whisper/decode_job.h"
#include "whisper/model.h"

namespace theo {

/// Copies a `NativeDecodeRequest` out of JS. @throws Napi::Error TypeError or RangeError naming the field.
DecodeRequest ReadDecodeRequest(const Napi::Value& value, const Model& model);

/// Builds a `NativeDecodeResult`.
Napi::Object WriteDecodeResult(Napi::Env env, const DecodeResult& result);

}  // namespace theo
