#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "binding/napi_setup.h"
#include "whisper/decode_thread.h"

namespace theo {

/// JS handle on a decoder with its own thread; see `NativeDecodeSlot` in src/native.ts.
class DecodeSlotBinding : public Napi::ObjectWrap<DecodeSlotBinding> {
 public:
  static void Register(Napi::Env env, Napi::Object exports);

  explicit DecodeSlotBinding(const Napi::CallbackInfo& info);
  ~DecodeSlotBinding() override;

 private:
  struct Delivery;
  static void Settle(Napi::Env env, Napi::Function callback, DecodeSlotBinding* slot, Delivery* delivery);
  using Channel = Napi::TypedThreadSafeFunction<DecodeSlotBinding, Delivery, &DecodeSlotBinding::Settle>;

  Napi::Value Decode(const Napi::CallbackInfo& info);
  void Abort(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);
  static void OnEnvironmentCleanup(void* slot);
  void TearDown();

  std::shared_ptr<const Model> model_;
  Channel channel_;
  /// Of the last batch, by the requests' order; nullptr: settled.
  std::vector<std::unique_ptr<Napi::Promise::Deferred>> pending_;
  std::size_t unsettled_ = 0;
  bool closed_ = false;
  bool torn_down_ = false;
  napi_env raw_env_;
  std::unique_ptr<DecodeThread> thread_;
};

}  // namespace theo
