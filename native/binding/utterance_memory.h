#pragma once

#include <memory>

#include "binding/napi_setup.h"
#include "whisper/model.h"
#include "whisper/utterance_memory.h"

namespace theo {

/// JS handle on what is kept of an utterance; see `NativeUtteranceMemory` in src/native.ts.
class UtteranceMemoryBinding : public Napi::ObjectWrap<UtteranceMemoryBinding> {
 public:
  static void Register(Napi::Env env, Napi::Object exports);

  explicit UtteranceMemoryBinding(const Napi::CallbackInfo& info);

  /// The memory behind a JS value; nullptr for null and for one that was closed.
  /// @throws Napi::Error TypeError when it is something else, or of another model.
  static std::shared_ptr<UtteranceMemory> MemoryOf(const Napi::Value& value, const Model& model);

 private:
  void Close(const Napi::CallbackInfo& info);

  std::shared_ptr<const Model> model_;
  std::shared_ptr<UtteranceMemory> memory_;
};

}  // namespace theo
