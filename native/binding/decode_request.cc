#include "binding/decode_request.h"

#include <cmath>
#include <initializer_list>
#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <variant>

#include "binding/utterance_memory.h"

namespace theo {
namespace {

constexpr std::size_t kMostSamples = std::size_t{30} * 16'000;
constexpr std::int32_t kMostThreads = 256;
// Each text at work takes memory, for the keys and values of its tokens.
constexpr std::int32_t kMostTexts = 16;
constexpr double kMostPatience = 10.0;
constexpr double kMostLengthPenalty = 10.0;
constexpr double kHighestTemperature = 10.0;
constexpr double kMostOdds = 1e9;

class Fields {
 public:
  explicit Fields(Napi::Object object) : object_(object) {}

  [[nodiscard]] bool Flag(const char* name) const { return object_.Get(name).ToBoolean().Value(); }

  [[nodiscard]] std::int32_t Integer(const char* name, std::int32_t low, std::int32_t high) const {
    const Napi::Value value = object_.Get(name);
    const double number =
        value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::numeric_limits<double>::quiet_NaN();
    if (!(number >= low && number <= high) || number != std::floor(number)) {
      throw Napi::RangeError::New(object_.Env(), std::string(name) + " must be an integer from " +
                                                     std::to_string(low) + " to " + std::to_string(high));
    }
    return static_cast<std::int32_t>(number);
  }

  /// Infinity is a number from any `low` to infinity.
  [[nodiscard]] float Number(const char* name, double low, double high) const {
    const Napi::Value value = object_.Get(name);
    const double number =
        value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::numeric_limits<double>::quiet_NaN();
    if (!(number >= low && number <= high)) {
      std::ostringstream range;
      range << name << " must be a number from " << low << " to " << high;
      throw Napi::RangeError::New(object_.Env(), range.str());
    }
    return static_cast<float>(number);
  }

  template <typename Array>
  [[nodiscard]] Array Typed(const char* name, napi_typedarray_type type, const char* expected) const {
    const Napi::Value value = object_.Get(name);
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) Fail(name, expected);
    return value.As<Array>();
  }

  [[nodiscard]] std::vector<whisper_token> Tokens(const char* name, std::int32_t vocabulary_size) const {
    const auto array = Typed<Napi::Int32Array>(name, napi_int32_array, "an Int32Array");
    std::vector<whisper_token> tokens(array.Data(), array.Data() + array.ElementLength());
    for (const whisper_token token : tokens) {
      if (token < 0 || token >= vocabulary_size) {
        throw Napi::RangeError::New(object_.Env(), std::string(name) + " holds token " +
                                                       std::to_string(token) + ", the vocabulary has " +
                                                       std::to_string(vocabulary_size));
      }
    }
    return tokens;
  }

  [[nodiscard]] std::vector<std::string> Strings(const char* name) const {
    const Napi::Value value = object_.Get(name);
    if (!value.IsArray()) Fail(name, "an array of strings");
    const auto array = value.As<Napi::Array>();
    std::vector<std::string> strings;
    strings.reserve(array.Length());
    for (std::uint32_t i = 0; i < array.Length(); ++i) strings.push_back(array.Get(i).ToString().Utf8Value());
    return strings;
  }

  /// One of several names.
  template <typename Value>
  [[nodiscard]] Value Choice(const char* name,
                             std::initializer_list<std::pair<const char*, Value>> choices) const {
    const Napi::Value value = object_.Get(name);
    std::string expected;
    for (const auto& [choice, meaning] : choices) {
      if (value.IsString() && value.As<Napi::String>().Utf8Value() == choice) return meaning;
      expected += std::string(expected.empty() ? "'" : " or '") + choice + "'";
    }
    Fail(name, expected.c_str());
  }

  [[nodiscard]] Fields Object(const char* name) const {
    const Napi::Value value = object_.Get(name);
    if (!value.IsObject()) Fail(name, "an object");
    return Fields(value.As<Napi::Object>());
  }

  [[nodiscard]] bool IsNull(const char* name) const { return object_.Get(name).IsNull(); }

  /// Empty for null or undefined.
  [[nodiscard]] std::string StringOrEmpty(const char* name) const {
    const Napi::Value value = object_.Get(name);
    if (value.IsNull() || value.IsUndefined()) return {};
    if (!value.IsString()) Fail(name, "a string or null");
    return value.As<Napi::String>().Utf8Value();
  }

  [[noreturn]] void Fail(const char* name, const char* expected) const {
    throw Napi::TypeError::New(object_.Env(), std::string(name) + " must be " + expected);
  }

 private:
  Napi::Object object_;
};

Napi::Int32Array TokenArray(Napi::Env env, const std::vector<whisper_token>& tokens) {
  auto array = Napi::Int32Array::New(env, tokens.size());
  std::copy(tokens.begin(), tokens.end(), array.Data());
  return array;
}

const char* Name(Truncation truncation) {
  switch (truncation) {
    case Truncation::kBudget:
      return "budget";
    case Truncation::kLoop:
      return "loop";
    case Truncation::kNone:
      break;
  }
  return "none";
}

std::variant<BeamOptions, SamplingOptions> ReadSearch(const Fields& search) {
  if (search.Choice<bool>("kind", {{"beam", true}, {"sampling", false}})) {
    return BeamOptions{.beams = search.Integer("beams", 1, kMostTexts),
                       .patience = search.Number("patience", 1.0, kMostPatience)};
  }
  constexpr std::int32_t kHighestSeed = std::numeric_limits<std::int32_t>::max();
  return SamplingOptions{.temperature = search.Number("temperature", 0.0, kHighestTemperature),
                         .candidates = search.Integer("candidates", 1, kMostTexts),
                         .seed = static_cast<std::uint32_t>(search.Integer("seed", 0, kHighestSeed))};
}

}  // namespace

DecodeRequest ReadDecodeRequest(const Napi::Value& value, const Model& model) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), "decode(requests: objects)");
  const auto object = value.As<Napi::Object>();
  const Fields fields(object);
  DecodeRequest request;
  const auto samples = fields.Typed<Napi::Float32Array>("samples", napi_float32_array, "a Float32Array");
  if (samples.ElementLength() == 0 || samples.ElementLength() > kMostSamples) {
    throw Napi::RangeError::New(
        value.Env(), "samples must hold 1 to " + std::to_string(kMostSamples) + " samples (30 s at 16 kHz)");
  }
  request.samples.assign(samples.Data(), samples.Data() + samples.ElementLength());
  request.language = fields.StringOrEmpty("language");
  if (!request.language.empty() && !model.vocabulary().KnowsLanguage(request.language)) {
    throw Napi::RangeError::New(value.Env(), "language '" + request.language + "' is unknown to the model");
  }
  request.languages = fields.Strings("languages");
  request.expected_language = fields.StringOrEmpty("expectedLanguage");
  request.other_language_odds = fields.Number("otherLanguageOdds", 1.0, kMostOdds);
  request.task =
      fields.Choice<Task>("task", {{"transcribe", Task::kTranscribe}, {"translate", Task::kTranslate}});
  const Dimensions& sizes = model.dimensions();
  request.prompt = fields.Tokens("prompt", sizes.vocabulary);
  request.earlier = fields.Tokens("earlier", sizes.vocabulary);
  request.prefix = fields.Tokens("prefix", sizes.vocabulary);
  request.draft = fields.Tokens("draft", sizes.vocabulary);
  if (request.earlier.size() + request.prefix.size() > static_cast<std::size_t>(sizes.text_context / 2)) {
    throw Napi::RangeError::New(value.Env(),
                                "earlier and prefix fill more than half of the model's text context");
  }
  request.memory = UtteranceMemoryBinding::MemoryOf(object.Get("memory"), model);
  request.remembered_samples = static_cast<std::size_t>(
      fields.Integer("rememberedSamples", 0, static_cast<std::int32_t>(kMostSamples)));
  request.audio_context = fields.Integer("audioContext", 0, sizes.audio_context);
  request.padding = fields.Choice<Padding>("padding", {{"nothing", Padding::kNothing},
                                                       {"pooled-silence", Padding::kPooledSilence},
                                                       {"exact-silence", Padding::kExactSilence}});
  request.level =
      fields.Choice<Level>("level", {{"normal", Level::kNormal}, {"as-recorded", Level::kAsRecorded}});
  request.timestamps = fields.Flag("timestamps");
  request.latest_first_timestamp_seconds =
      fields.Number("latestFirstTimestampSeconds", 0.0, std::numeric_limits<double>::infinity());
  const Fields search = fields.Object("search");
  request.search = ReadSearch(search);
  if (!search.IsNull("lengthPenalty")) {
    request.length_penalty = search.Number("lengthPenalty", 0.0, kMostLengthPenalty);
  }
  request.suppressed = fields.Tokens("suppressTokens", sizes.vocabulary);
  request.time_words = fields.Flag("timeWords");
  request.suppress_annotations = fields.Flag("suppressAnnotations");
  request.measure_no_speech = fields.Flag("measureNoSpeech");
  request.max_tokens = fields.Integer("maxTokens", 0, sizes.text_context);
  request.threads = fields.Integer("threads", 1, kMostThreads);
  return request;
}

Napi::Object WriteDecodeResult(Napi::Env env, const DecodeResult& result) {
  auto object = Napi::Object::New(env);
  object.Set("outcome", result.aborted ? "aborted" : "done");
  object.Set("tokens", TokenArray(env, result.tokens));
  auto words = Napi::Array::New(env, result.words.size());
  for (std::size_t i = 0; i < result.words.size(); ++i) {
    const Word& word = result.words[i];
    auto entry = Napi::Object::New(env);
    entry.Set("text", word.text);
    entry.Set("spaceBefore", word.space_before);
    entry.Set("tokens", TokenArray(env, word.tokens));
    entry.Set("probability", word.probability);
    entry.Set("startSeconds",
              word.time ? Napi::Value(Napi::Number::New(env, word.time->start_seconds)) : env.Null());
    entry.Set("endSeconds",
              word.time ? Napi::Value(Napi::Number::New(env, word.time->end_seconds)) : env.Null());
    words.Set(static_cast<std::uint32_t>(i), entry);
  }
  object.Set("words", words);
  object.Set("text", TextOf(result.words));
  auto segments = Napi::Array::New(env, result.segments.size());
  for (std::size_t i = 0; i < result.segments.size(); ++i) {
    const Segment& segment = result.segments[i];
    auto entry = Napi::Object::New(env);
    entry.Set("startSeconds", segment.start_seconds);
    entry.Set("endSeconds", segment.end_seconds);
    entry.Set("text", segment.text);
    entry.Set("tokens", TokenArray(env, segment.tokens));
    entry.Set("avgLogProbability", segment.average_log_probability);
    segments.Set(static_cast<std::uint32_t>(i), entry);
  }
  object.Set("segments", segments);
  object.Set("language", result.language);
  object.Set("languageProbability", result.language_probability);
  object.Set("noSpeechProbability", result.no_speech_probability
                                        ? Napi::Value(Napi::Number::New(env, *result.no_speech_probability))
                                        : env.Null());
  object.Set("avgLogProbability", result.average_log_probability);
  object.Set("truncated", Name(result.truncation));
  object.Set("encodedPositions", result.encoded_positions);
  object.Set("decoderPasses", result.decoder_passes);
  object.Set("decoderTokens", result.decoder_tokens);
  auto timings = Napi::Object::New(env);
  timings.Set("melMs", result.mel_ms);
  timings.Set("encodeMs", result.encode_ms);
  timings.Set("decodeMs", result.decode_ms);
  timings.Set("alignMs", result.align_ms);
  object.Set("timings", timings);
  return object;
}

}  // namespace theo
