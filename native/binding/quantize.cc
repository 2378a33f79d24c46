#include "binding/quantize.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "whisper/quantizer.h"

namespace theo {
namespace {

class QuantizeWorker : public Napi::AsyncWorker {
 public:
  QuantizeWorker(Napi::Env env, ggml_type type, std::vector<float> weights, std::size_t row_length)
      : Napi::AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        type_(type),
        weights_(std::move(weights)),
        row_length_(row_length) {}

  [[nodiscard]] Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override { blocks_ = Quantize(type_, weights_, row_length_); }

  void OnOK() override {
    auto result = Napi::Uint8Array::New(Env(), blocks_.size());
    std::copy(blocks_.begin(), blocks_.end(), result.Data());
    deferred_.Resolve(result);
  }

  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  ggml_type type_;
  std::vector<float> weights_;
  std::size_t row_length_;
  std::vector<std::uint8_t> blocks_;
};

bool IsFloatArray(const Napi::Value& value) {
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_float32_array;
}

Napi::Value QuantizeRows(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString() || !IsFloatArray(info[1]) || !info[2].IsNumber()) {
    throw Napi::TypeError::New(env, "quantize(type: string, weights: Float32Array, rowLength: number)");
  }
  const std::string name = info[0].As<Napi::String>().Utf8Value();
  const auto type = WeightType(name);
  if (!type) throw Napi::RangeError::New(env, "weights cannot be stored as '" + name + "'");

  const auto weights = info[1].As<Napi::Float32Array>();
  const auto row_length = info[2].As<Napi::Number>().Int64Value();
  const auto block = ggml_blck_size(*type);
  if (row_length <= 0 || row_length % block != 0) {
    throw Napi::RangeError::New(env, "a row of " + name + " is a multiple of " + std::to_string(block) +
                                         " weights, not " + std::to_string(row_length));
  }
  const auto columns = static_cast<std::size_t>(row_length);
  if (weights.ElementLength() % columns != 0) {
    throw Napi::RangeError::New(env, std::to_string(weights.ElementLength()) +
                                         " weights are no whole rows of " + std::to_string(row_length));
  }
  auto* worker = new QuantizeWorker(  // deletes itself when done
      env, *type, {weights.Data(), weights.Data() + weights.ElementLength()}, columns);
  worker->Queue();
  return worker->promise();
}

}  // namespace

void RegisterQuantize(Napi::Env env, Napi::Object exports) {
  exports.Set("quantize", Napi::Function::New<QuantizeRows>(env, "quantize"));
}

}  // namespace theo
