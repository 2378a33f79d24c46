#pragma once

#include "audio/front_end.h"
#include "binding/napi_setup.h"

namespace theo {

/** JavaScript's `FrontEnd`: see NativeFrontEnd in src/native.ts. Checks arguments, converts, and nothing
 * else. */
class FrontEndBinding : public Napi::ObjectWrap<FrontEndBinding> {
 public:
  /** Exports `FrontEnd` and `simd`. */
  static void Register(Napi::Env env, Napi::Object exports);

  explicit FrontEndBinding(const Napi::CallbackInfo& info);
  void Finalize(Napi::BasicEnv env) override;

 private:
  Napi::Value MaxHops(const Napi::CallbackInfo& info);
  Napi::Value Push(const Napi::CallbackInfo& info);
  Napi::Value Flush(const Napi::CallbackInfo& info);
  void SetInputSampleRate(const Napi::CallbackInfo& info);
  Napi::Value PendingSamples(const Napi::CallbackInfo& info);

  FrontEnd front_end_;
};

}  // namespace theo
