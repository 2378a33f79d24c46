#include "binding/whisper_model.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "binding/errors.h"
#include "binding/load_progress.h"
#include "whisper/error.h"

namespace theo {
namespace {

constexpr napi_type_tag kModelTag = {0x7f1d0f5a2c6b4e18, 0x9a3c5e7081d2b4f6};
// The tokenizer's regular expressions recurse once a character.
constexpr std::size_t kLongestTextBytes = 8192;

// Beyond that a model's loading gains little.
constexpr std::int32_t kMostLoadingThreads = 8;

struct AddonData {
  Napi::FunctionReference model_constructor;
};

/// How many threads a caller offers: nobody else knows how many cores are to be had. Default: 1.
std::int32_t LoadingThreads(const Napi::Object& options) {
  const Napi::Value threads = options.Get("threads");
  if (!threads.IsNumber()) return 1;
  return std::clamp(threads.As<Napi::Number>().Int32Value(), 1, kMostLoadingThreads);
}

/// Loads weights on libuv's pool: reading and checking the file takes from milliseconds to minutes.
class LoadWorker : public Napi::AsyncWorker {
 public:
  LoadWorker(Napi::Env env, std::string path, ModelOptions options, bool prepare_silence,
             std::int32_t threads, std::shared_ptr<LoadProgress> progress)
      : Napi::AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        path_(std::move(path)),
        options_(options),
        prepare_silence_(prepare_silence),
        threads_(threads),
        progress_(std::move(progress)) {}

  [[nodiscard]] Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override {
    try {
      // Not kept before it is whole: gigabytes are freed here then, and not on the thread of JS.
      auto model = Model::Load(path_, options_, progress_.get());
      if (prepare_silence_) static_cast<void>(model->silence(threads_, &progress_->cancelled));
      model_ = std::move(model);
    } catch (const LoadCancelledError& error) {
      code_ = "load_cancelled";
      SetError(error.what());
    } catch (const std::exception& error) {
      SetError(error.what());
    } catch (...) {
      SetError("cannot load model '" + path_ + "'");
    }
  }

  void OnOK() override { deferred_.Resolve(WhisperModelBinding::NewHandle(Env(), std::move(model_))); }

  void OnError(const Napi::Error& error) override {
    deferred_.Reject(CodedError(Env(), code_, error.Message()).Value());
  }

 private:
  Napi::Promise::Deferred deferred_;
  std::string path_;
  ModelOptions options_;
  bool prepare_silence_;
  std::int32_t threads_;
  std::shared_ptr<LoadProgress> progress_;
  std::shared_ptr<const Model> model_;
  std::string code_ = "model_file";
};

bool FlagOf(const Napi::Object& options, const char* name) {
  return options.Get(name).ToBoolean().Value();
}

/// [layer, head] pairs; none where nothing is given. The model checks whether it has them.
std::vector<DecoderHead> HeadsOf(const Napi::Object& options) {
  const Napi::Value value = options.Get("alignmentHeads");
  if (value.IsUndefined()) return {};
  const auto fail = [&]() -> Napi::Error {
    return Napi::TypeError::New(options.Env(), "alignmentHeads must be an array of [layer, head]");
  };
  if (!value.IsArray()) throw fail();
  const auto pairs = value.As<Napi::Array>();
  std::vector<DecoderHead> heads;
  for (std::uint32_t i = 0; i < pairs.Length(); ++i) {
    const Napi::Value entry = pairs[i];
    if (!entry.IsArray()) throw fail();
    const auto pair = entry.As<Napi::Array>();
    const Napi::Value layer = pair[0U];
    const Napi::Value head = pair[1U];
    if (pair.Length() != 2 || !layer.IsNumber() || !head.IsNumber()) throw fail();
    heads.push_back({layer.As<Napi::Number>().Int32Value(), head.As<Napi::Number>().Int32Value()});
  }
  return heads;
}

Napi::Value LoadModel(const Napi::CallbackInfo& info) {
  if (!info[0].IsString() || !info[1].IsObject()) {
    throw Napi::TypeError::New(info.Env(), "loadModel(path: string, options: object)");
  }
  const auto options = info[1].As<Napi::Object>();
  auto* worker = new LoadWorker(  // deletes itself when done
      info.Env(), info[0].As<Napi::String>().Utf8Value(),
      ModelOptions{.use_gpu = FlagOf(options, "useGpu"),
                   .int8 = FlagOf(options, "int8"),
                   .alignment_heads = HeadsOf(options)},
      FlagOf(options, "prepareSilence"), LoadingThreads(options),
      LoadProgressBinding::ProgressOf(options.Get("progress")));
  worker->Queue();
  return worker->promise();
}

}  // namespace

void WhisperModelBinding::Register(Napi::Env env, Napi::Object exports) {
  const Napi::Function constructor =
      DefineClass(env, "WhisperModel",
                  {InstanceAccessor<&WhisperModelBinding::IsMultilingual>("isMultilingual"),
                   InstanceAccessor<&WhisperModelBinding::AudioContext>("audioContext"),
                   InstanceAccessor<&WhisperModelBinding::TextContext>("textContext"),
                   InstanceAccessor<&WhisperModelBinding::VocabularySize>("vocabularySize"),
                   InstanceAccessor<&WhisperModelBinding::MemoryBytes>("memoryBytes"),
                   InstanceAccessor<&WhisperModelBinding::Device>("device"),
                   InstanceMethod<&WhisperModelBinding::KnowsLanguage>("knowsLanguage"),
                   InstanceMethod<&WhisperModelBinding::Tokenize>("tokenize"),
                   InstanceMethod<&WhisperModelBinding::Close>("close")});
  auto* data = new AddonData{Napi::Persistent(constructor)};
  env.SetInstanceData<AddonData>(data);  // owned by the environment
  exports.Set("loadModel", Napi::Function::New<LoadModel>(env, "loadModel"));
}

WhisperModelBinding::WhisperModelBinding(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<WhisperModelBinding>(info) {
  info.This().As<Napi::Object>().TypeTag(&kModelTag);
}

Napi::Object WhisperModelBinding::NewHandle(Napi::Env env, std::shared_ptr<const Model> model) {
  const Napi::Object handle = env.GetInstanceData<AddonData>()->model_constructor.New({});
  Napi::MemoryManagement::AdjustExternalMemory(env, static_cast<std::int64_t>(model->bytes()));
  Unwrap(handle)->model_ = std::move(model);
  return handle;
}

std::shared_ptr<const Model> WhisperModelBinding::ModelOf(const Napi::Value& value) {
  if (!value.IsObject() || !value.As<Napi::Object>().CheckTypeTag(&kModelTag)) {
    throw Napi::TypeError::New(value.Env(), "not a model: use what loadModel() gave");
  }
  const auto* binding = Unwrap(value.As<Napi::Object>());
  binding->Open(value.Env());
  return binding->model_;
}

const Model& WhisperModelBinding::Open(Napi::Env env) const {
  if (!model_) throw CodedError(env, "model_closed", "the model is closed");
  return *model_;
}

Napi::Value WhisperModelBinding::IsMultilingual(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Open(info.Env()).vocabulary().multilingual());
}

Napi::Value WhisperModelBinding::AudioContext(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Open(info.Env()).dimensions().audio_context);
}

Napi::Value WhisperModelBinding::TextContext(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Open(info.Env()).dimensions().text_context);
}

Napi::Value WhisperModelBinding::VocabularySize(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Open(info.Env()).dimensions().vocabulary);
}

Napi::Value WhisperModelBinding::MemoryBytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(Open(info.Env()).bytes()));
}

Napi::Value WhisperModelBinding::Device(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), Open(info.Env()).device().name());
}

Napi::Value WhisperModelBinding::KnowsLanguage(const Napi::CallbackInfo& info) {
  const Model& model = Open(info.Env());
  if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "knowsLanguage(code: string)");
  return Napi::Boolean::New(info.Env(),
                            model.vocabulary().KnowsLanguage(info[0].As<Napi::String>().Utf8Value()));
}

Napi::Value WhisperModelBinding::Tokenize(const Napi::CallbackInfo& info) {
  const Model& model = Open(info.Env());
  if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "tokenize(text: string)");
  const std::string text = info[0].As<Napi::String>().Utf8Value();
  if (text.size() > kLongestTextBytes) {
    throw Napi::RangeError::New(info.Env(), "a text to tokenize has at most " +
                                                std::to_string(kLongestTextBytes) + " bytes, this one " +
                                                std::to_string(text.size()));
  }
  const auto tokens = model.vocabulary().Tokenize(text);
  auto array = Napi::Int32Array::New(info.Env(), tokens.size());
  std::copy(tokens.begin(), tokens.end(), array.Data());
  return array;
}

void WhisperModelBinding::Close(const Napi::CallbackInfo& info) {
  if (!model_) return;
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), -static_cast<std::int64_t>(model_->bytes()));
  model_.reset();
}

}  // namespace theo
