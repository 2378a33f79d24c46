#pragma once

#include <memory>

#include "binding/napi_setup.h"
#include "whisper/load_progress.h"

namespace theo {

/// JS handle on the progress of a loading; see `NativeLoadProgress` in src/native.ts.
class LoadProgressBinding : public Napi::ObjectWrap<LoadProgressBinding> {
 public:
  static void Register(Napi::Env env, Napi::Object exports);

  explicit LoadProgressBinding(const Napi::CallbackInfo& info);

  /// The progress behind a JS value; for undefined one that nobody looks at.
  /// @throws Napi::Error TypeError when it is something else.
  static std::shared_ptr<LoadProgress> ProgressOf(const Napi::Value& value);

 private:
  Napi::Value Fraction(const Napi::CallbackInfo& info);
  void Cancel(const Napi::CallbackInfo& info);

  std::shared_ptr<LoadProgress> progress_ = std::make_shared<LoadProgress>();
};

}  // namespace theo
