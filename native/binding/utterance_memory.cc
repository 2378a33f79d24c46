#include "binding/utterance_memory.h"

#include "binding/whisper_model.h"

namespace theo {
namespace {

constexpr napi_type_tag kMemoryTag = {0x3b8e5d0c917f4a26, 0xc4d2a6f80b1e7395};

}  // namespace

void UtteranceMemoryBinding::Register(Napi::Env env, Napi::Object exports) {
  exports.Set("UtteranceMemory",
              DefineClass(env, "UtteranceMemory", {InstanceMethod<&UtteranceMemoryBinding::Close>("close")}));
}

UtteranceMemoryBinding::UtteranceMemoryBinding(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<UtteranceMemoryBinding>(info),
      model_(WhisperModelBinding::ModelOf(info[0])),
      memory_(std::make_shared<UtteranceMemory>(model_->device(), model_->dimensions())) {
  info.This().As<Napi::Object>().TypeTag(&kMemoryTag);
}

std::shared_ptr<UtteranceMemory> UtteranceMemoryBinding::MemoryOf(const Napi::Value& value,
                                                                  const Model& model) {
  if (value.IsNull() || value.IsUndefined()) return nullptr;
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kMemoryTag)) {
    throw Napi::TypeError::New(value.Env(), "memory must be an UtteranceMemory or null");
  }
  const auto* binding = Unwrap(value.As<Napi::Object>());
  if (binding->model_ && binding->model_.get() != &model) {
    throw Napi::TypeError::New(value.Env(), "memory belongs to another model");
  }
  return binding->memory_;
}

void UtteranceMemoryBinding::Close(const Napi::CallbackInfo&) {
  memory_.reset();
  model_.reset();
}

}  // namespace theo
