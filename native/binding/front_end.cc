#include "binding/front_end.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "audio/format.h"
#include "simd/kernels.h"

namespace theo {
namespace {

/** About what an instance takes outside the JavaScript heap; without it the collector would think them all
 * but free. */
constexpr std::int64_t kBytes = 16'384;

// Levels cross as pairs of floats.
static_assert(sizeof(Energy) == 2 * sizeof(float));

int InputRate(const Napi::Env& env, const Napi::Value& value) {
  const double hz = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : 0.0;
  if (!(hz >= kMinInputRateHz && hz <= kMaxInputRateHz) || hz != static_cast<int>(hz)) {
    throw Napi::RangeError::New(env, "inputSampleRate must be an integer of " +
                                         std::to_string(kMinInputRateHz) + " to " +
                                         std::to_string(kMaxInputRateHz) + " Hz");
  }
  return static_cast<int>(hz);
}

int RateOption(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "options: expected an object");
  return InputRate(info.Env(), info[0].As<Napi::Object>().Get("inputSampleRate"));
}

std::size_t InputSamples(const Napi::Env& env, double byte_length) {
  if (!(byte_length >= 0.0 && byte_length < 9e15))
    throw Napi::RangeError::New(env, "byteLength: out of range");
  return static_cast<std::size_t>(byte_length) / 2;
}

/** A typed array's elements: one call where node-addon-api's accessors make five, for this runs for every
 * message. */
template <class Element>
std::span<Element> Elements(const Napi::Env& env, const Napi::Value& value, napi_typedarray_type wanted,
                            const char* problem) {
  napi_typedarray_type type = napi_int8_array;
  std::size_t length = 0;
  void* data = nullptr;
  const napi_status status = napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr);
  if (status != napi_ok || type != wanted) throw Napi::TypeError::New(env, problem);
  return {static_cast<Element*>(data), length};
}

std::span<const unsigned char> Pcm(const Napi::Env& env, const Napi::Value& value) {
  const auto bytes =
      Elements<const unsigned char>(env, value, napi_uint8_array, "pcm: expected a Uint8Array");
  if (bytes.size() % 2 != 0) throw Napi::TypeError::New(env, "pcm: odd number of bytes");
  return bytes;
}

void RequireRoom(const Napi::Env& env, std::size_t given, const char* name, std::size_t needed) {
  if (given >= needed) return;
  throw Napi::RangeError::New(env, std::string(name) + ": " + std::to_string(needed) + " elements needed, " +
                                       std::to_string(given) + " given");
}

std::span<float> Samples(const Napi::Env& env, const Napi::Value& value, std::size_t hops) {
  const auto samples = Elements<float>(env, value, napi_float32_array, "samples: expected a Float32Array");
  RequireRoom(env, samples.size(), "samples", hops * kHopSamples);
  return samples;
}

std::span<Energy> Levels(const Napi::Env& env, const Napi::Value& value, std::size_t hops) {
  const auto levels = Elements<float>(env, value, napi_float32_array, "levels: expected a Float32Array");
  RequireRoom(env, levels.size(), "levels", 2 * hops);
  return {reinterpret_cast<Energy*>(levels.data()), levels.size() / 2};
}

}  // namespace

void FrontEndBinding::Register(Napi::Env env, Napi::Object exports) {
  exports.Set("FrontEnd",
              DefineClass(env, "FrontEnd",
                          {
                              InstanceMethod<&FrontEndBinding::MaxHops>("maxHops"),
                              InstanceMethod<&FrontEndBinding::Push>("push"),
                              InstanceMethod<&FrontEndBinding::Flush>("flush"),
                              InstanceMethod<&FrontEndBinding::SetInputSampleRate>("setInputSampleRate"),
                              InstanceAccessor<&FrontEndBinding::PendingSamples>("pendingSamples"),
                          }));
  exports.Set("simd", Napi::String::New(env, simd::ActiveKernels().name));
}

FrontEndBinding::FrontEndBinding(const Napi::CallbackInfo& info)
    : ObjectWrap(info), front_end_(RateOption(info)) {
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), kBytes);
}

void FrontEndBinding::Finalize(Napi::BasicEnv env) {
  Napi::MemoryManagement::AdjustExternalMemory(env, -kBytes);
}

Napi::Value FrontEndBinding::MaxHops(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "byteLength: expected a number");
  const std::size_t inputs = InputSamples(info.Env(), info[0].As<Napi::Number>().DoubleValue());
  return Napi::Number::New(info.Env(), static_cast<double>(front_end_.MaxHops(inputs)));
}

Napi::Value FrontEndBinding::Push(const Napi::CallbackInfo& info) {
  const auto pcm = Pcm(info.Env(), info[0]);
  const std::size_t hops = front_end_.MaxHops(pcm.size() / 2);
  const auto samples = Samples(info.Env(), info[1], hops);
  const auto levels = Levels(info.Env(), info[2], hops);
  return Napi::Number::New(info.Env(), static_cast<double>(front_end_.Push(pcm, samples, levels)));
}

Napi::Value FrontEndBinding::Flush(const Napi::CallbackInfo& info) {
  const std::size_t hops = front_end_.FlushHops();
  const auto samples = Samples(info.Env(), info[0], hops);
  const auto levels = Levels(info.Env(), info[1], hops);
  return Napi::Number::New(info.Env(), static_cast<double>(front_end_.Flush(samples, levels)));
}

void FrontEndBinding::SetInputSampleRate(const Napi::CallbackInfo& info) {
  front_end_.SetInputRate(InputRate(info.Env(), info[0]));
}

Napi::Value FrontEndBinding::PendingSamples(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(front_end_.pending_samples()));
}

}  // namespace theo
