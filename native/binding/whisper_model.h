#pragma once

#include <memory>

#include "binding/napi_setup.h"
#include "whisper/model.h"

namespace theo {

/// JS handle on shared weights; see `NativeModel` in src/native.ts.
class WhisperModelBinding : public Napi::ObjectWrap<WhisperModelBinding> {
 public:
  static void Register(Napi::Env env, Napi::Object exports);

  explicit WhisperModelBinding(const Napi::CallbackInfo& info);

  /// The weights behind a JS value.
  /// @throws Napi::Error TypeError when it is not a model, `model_closed` when it was closed.
  static std::shared_ptr<const Model> ModelOf(const Napi::Value& value);

  /// A JS handle on `model`.
  static Napi::Object NewHandle(Napi::Env env, std::shared_ptr<const Model> model);

 private:
  Napi::Value IsMultilingual(const Napi::CallbackInfo& info);
  Napi::Value AudioContext(const Napi::CallbackInfo& info);
  Napi::Value TextContext(const Napi::CallbackInfo& info);
  Napi::Value VocabularySize(const Napi::CallbackInfo& info);
  Napi::Value MemoryBytes(const Napi::CallbackInfo& info);
  Napi::Value Device(const Napi::CallbackInfo& info);
  Napi::Value KnowsLanguage(const Napi::CallbackInfo& info);
  Napi::Value Tokenize(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  const Model& Open(Napi::Env env) const;

  std::shared_ptr<const Model> model_;
};

}  // namespace theo
