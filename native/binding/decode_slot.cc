#include "binding/decode_slot.h"

#include <utility>

#include "binding/decode_request.h"
#include "binding/errors.h"
#include "binding/whisper_model.h"

namespace theo {

/// Travels from the decode thread to the JS thread.
struct DecodeSlotBinding::Delivery {
  DecodeOutcome outcome;
};

void DecodeSlotBinding::Register(Napi::Env env, Napi::Object exports) {
  exports.Set("DecodeSlot", DefineClass(env, "DecodeSlot",
                                        {InstanceMethod<&DecodeSlotBinding::Decode>("decode"),
                                         InstanceMethod<&DecodeSlotBinding::Abort>("abort"),
                                         InstanceMethod<&DecodeSlotBinding::Close>("close")}));
}

DecodeSlotBinding::DecodeSlotBinding(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<DecodeSlotBinding>(info),
      model_(WhisperModelBinding::ModelOf(info[0])),
      channel_(Channel::New(info.Env(), "theo.decode", 0, 1, this)),
      raw_env_(info.Env()) {
  // An idle slot does not keep the process alive; a running decode does.
  channel_.Unref(info.Env());
  thread_ = std::make_unique<DecodeThread>(model_, [channel = channel_](DecodeOutcome outcome) {
    auto delivery = std::make_unique<Delivery>(Delivery{std::move(outcome)});
    if (channel.NonBlockingCall(delivery.get()) == napi_ok) static_cast<void>(delivery.release());
  });
  // Registered after the channel's own hook, so it runs before that one: no call reaches a dead channel.
  napi_add_env_cleanup_hook(raw_env_, OnEnvironmentCleanup, this);
}

DecodeSlotBinding::~DecodeSlotBinding() {
  if (torn_down_) return;
  napi_remove_env_cleanup_hook(raw_env_, OnEnvironmentCleanup, this);
  TearDown();
}

void DecodeSlotBinding::OnEnvironmentCleanup(void* slot) {
  static_cast<DecodeSlotBinding*>(slot)->TearDown();
}

void DecodeSlotBinding::TearDown() {
  torn_down_ = true;
  closed_ = true;
  thread_.reset();
  channel_.Release();
}

Napi::Value DecodeSlotBinding::Decode(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (closed_) throw CodedError(env, "slot_closed", "the decode slot is closed");
  DecodeRequest request = ReadDecodeRequest(info[0], *model_);
  if (pending_ || !thread_->Submit(std::move(request))) {
    throw CodedError(env, "slot_busy", "the decode slot is busy: one decode at a time");
  }
  pending_ = std::make_unique<Napi::Promise::Deferred>(Napi::Promise::Deferred::New(env));
  Ref();  // neither the slot nor the process goes away under a running decode
  channel_.Ref(env);
  return pending_->Promise();
}

void DecodeSlotBinding::Settle(Napi::Env env, Napi::Function, DecodeSlotBinding* slot, Delivery* raw) {
  const std::unique_ptr<Delivery> delivery(raw);
  if (env == nullptr || slot == nullptr) return;  // the environment is going away
  const auto deferred = std::move(slot->pending_);
  slot->channel_.Unref(env);
  slot->Unref();
  if (!deferred) return;
  if (delivery->outcome.error.empty()) {
    deferred->Resolve(WriteDecodeResult(env, delivery->outcome.result));
  } else {
    deferred->Reject(CodedError(env, "decode_failed", delivery->outcome.error).Value());
  }
}

void DecodeSlotBinding::Abort(const Napi::CallbackInfo&) {
  if (pending_ && thread_) thread_->Abort();
}

void DecodeSlotBinding::Close(const Napi::CallbackInfo&) {
  if (closed_) return;
  closed_ = true;
  model_.reset();
  // Not joined here: an operator of the network may take a while, and this is the JS thread.
  thread_->Stop();
}

}  // namespace theo
