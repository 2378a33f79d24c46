#include "binding/decode_slot.h"

#include <cmath>
#include <utility>

#include "binding/decode_request.h"
#include "binding/errors.h"
#include "binding/whisper_model.h"

namespace theo {

/// Travels from the decode thread to the JS thread.
struct DecodeSlotBinding::Delivery {
  std::size_t index;
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
  thread_ =
      std::make_unique<DecodeThread>(model_, [channel = channel_](std::size_t index, DecodeOutcome outcome) {
        auto delivery = std::make_unique<Delivery>(Delivery{index, std::move(outcome)});
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
  if (!info[0].IsArray() || info[0].As<Napi::Array>().Length() == 0) {
    throw Napi::TypeError::New(env, "decode(requests: an array of one or more)");
  }
  const auto given = info[0].As<Napi::Array>();
  std::vector<DecodeRequest> requests;
  for (std::uint32_t i = 0; i < given.Length(); ++i) requests.push_back(ReadDecodeRequest(given[i], *model_));
  if (unsettled_ > 0 || !thread_->Submit(std::move(requests))) {
    throw CodedError(env, "slot_busy", "the decode slot is busy: one batch at a time");
  }
  auto promises = Napi::Array::New(env, given.Length());
  pending_.clear();
  for (std::uint32_t i = 0; i < given.Length(); ++i) {
    pending_.push_back(std::make_unique<Napi::Promise::Deferred>(Napi::Promise::Deferred::New(env)));
    promises[i] = pending_.back()->Promise();
  }
  unsettled_ = pending_.size();
  Ref();  // neither the slot nor the process goes away under a running decode
  channel_.Ref(env);
  return promises;
}

void DecodeSlotBinding::Settle(Napi::Env env, Napi::Function, DecodeSlotBinding* slot, Delivery* raw) {
  const std::unique_ptr<Delivery> delivery(raw);
  if (env == nullptr || slot == nullptr) return;  // the environment is going away
  const auto deferred = std::move(slot->pending_[delivery->index]);
  if (--slot->unsettled_ == 0) {
    slot->channel_.Unref(env);
    slot->Unref();
  }
  if (delivery->outcome.error.empty()) {
    deferred->Resolve(WriteDecodeResult(env, delivery->outcome.result));
  } else {
    deferred->Reject(CodedError(env, "decode_failed", delivery->outcome.error).Value());
  }
}

void DecodeSlotBinding::Abort(const Napi::CallbackInfo& info) {
  if (closed_) return;
  if (info[0].IsUndefined()) {
    thread_->Abort();
    return;
  }
  const Napi::Env env = info.Env();
  const double index = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1.0;
  if (!(index >= 0.0 && index == std::floor(index))) {
    throw Napi::TypeError::New(env, "abort(index: a request's place in its batch)");
  }
  if (index < static_cast<double>(pending_.size())) thread_->Abort(static_cast<std::size_t>(index));
}

void DecodeSlotBinding::Close(const Napi::CallbackInfo&) {
  if (closed_) return;
  closed_ = true;
  model_.reset();
  // Not joined here: an operator of the network may take a while, and this is the JS thread.
  thread_->Stop();
}

}  // namespace theo
