#include "binding/load_progress.h"

namespace theo {
namespace {

constexpr napi_type_tag kProgressTag = {0x5c1e84a7d09b3f62, 0x81f6b2d34e7a90c5};

}  // namespace

void LoadProgressBinding::Register(Napi::Env env, Napi::Object exports) {
  exports.Set("LoadProgress", DefineClass(env, "LoadProgress",
                                          {InstanceAccessor<&LoadProgressBinding::Fraction>("fraction"),
                                           InstanceMethod<&LoadProgressBinding::Cancel>("cancel")}));
}

LoadProgressBinding::LoadProgressBinding(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<LoadProgressBinding>(info) {
  info.This().As<Napi::Object>().TypeTag(&kProgressTag);
}

std::shared_ptr<LoadProgress> LoadProgressBinding::ProgressOf(const Napi::Value& value) {
  if (value.IsUndefined()) return std::make_shared<LoadProgress>();
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kProgressTag)) {
    throw Napi::TypeError::New(value.Env(), "progress must be a LoadProgress");
  }
  return Unwrap(value.As<Napi::Object>())->progress_;
}

Napi::Value LoadProgressBinding::Fraction(const Napi::CallbackInfo& info) {
  const auto total = static_cast<double>(progress_->total_bytes);
  return Napi::Number::New(info.Env(),
                           total == 0.0 ? 0.0 : static_cast<double>(progress_->read_bytes) / total);
}

void LoadProgressBinding::Cancel(const Napi::CallbackInfo&) {
  progress_->cancelled = true;
}

}  // namespace theo
