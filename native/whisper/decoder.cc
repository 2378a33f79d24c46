#include "whisper/decoder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>

#include "whisper/error.h"
#include "whisper/exit_guard.h"
#include "whisper/loop_guard.h"
#include "whisper/sampler.h"

namespace theo {
namespace {

constexpr std::size_t kSampleRateHz = 16'000;
constexpr std::size_t kMostSamples = 30 * kSampleRateHz;
// The first frame is mirrored at its start, and whisper.cpp ignores less than 100 ms.
constexpr std::size_t kFewestSamples = kSampleRateHz / 5;
constexpr std::int32_t kFramesPerPosition = 2;
constexpr float kSecondsPerTimestamp = 0.02F;

class Stopwatch {
 public:
  /// Milliseconds since construction or the last lap.
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    const double elapsed_ms = std::chrono::duration<double, std::milli>(now - last_).count();
    last_ = now;
    return elapsed_ms;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

float SoftmaxAt(std::span<const float> logits, std::span<const whisper_token> among, whisper_token token) {
  float highest = logits[static_cast<std::size_t>(token)];
  for (const whisper_token id : among) highest = std::max(highest, logits[static_cast<std::size_t>(id)]);
  double sum = 0.0;
  for (const whisper_token id : among) sum += std::exp(logits[static_cast<std::size_t>(id)] - highest);
  return static_cast<float>(std::exp(logits[static_cast<std::size_t>(token)] - highest) / sum);
}

float ProbabilityAmongAll(std::span<const float> logits, whisper_token token) {
  const float highest = *std::max_element(logits.begin(), logits.end());
  double sum = 0.0;
  for (const float logit : logits) sum += std::exp(logit - highest);
  return static_cast<float>(std::exp(logits[static_cast<std::size_t>(token)] - highest) / sum);
}

std::vector<Segment> CutAtTimestamps(const Model& model, std::span<const OutputToken> tokens) {
  const whisper_token first_timestamp = whisper_token_beg(model.context());
  std::vector<Segment> segments;
  std::vector<OutputToken> text;
  float start_seconds = 0.0F;
  const auto finish = [&](float end_seconds) {
    std::string joined;
    for (const Word& word : JoinWords(model, text)) joined += (joined.empty() ? "" : " ") + word.text;
    if (!joined.empty()) segments.push_back({start_seconds, end_seconds, std::move(joined)});
    text.clear();
  };
  float last_seconds = 0.0F;
  for (const OutputToken& token : tokens) {
    if (token.id < first_timestamp) {
      text.push_back(token);
      continue;
    }
    last_seconds = static_cast<float>(token.id - first_timestamp) * kSecondsPerTimestamp;
    finish(last_seconds);
    start_seconds = last_seconds;
  }
  finish(last_seconds);
  return segments;
}

whisper_state* NewState(const Model& model) {
  // whisper.cpp sets ggml's process-wide log on the way.
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  return whisper_init_state(model.context());
}

}  // namespace

Decoder::Decoder(std::shared_ptr<const Model> model)
    : model_(std::move(model)), state_(NewState(*model_)), mel_(model_->mel_filters()) {
  if (!state_) throw DecodeError("out of memory for a decoder state");
}

DecodeResult Decoder::Decode(const DecodeRequest& request, const std::atomic<bool>& abort) {
  if (request.samples.size() > kMostSamples) throw DecodeError("a decode takes at most 30 s of audio");
  DecodeResult result;
  Stopwatch stopwatch;
  ComputeMel(request);
  result.mel_ms = stopwatch.Lap();
  if (abort || ProcessExits()) {
    result.aborted = true;
    return result;
  }
  Encode(request);
  result.encode_ms = stopwatch.Lap();
  ReadStart(request, result);
  const std::vector<OutputToken> tokens = Generate(request, abort, result);
  result.decode_ms = stopwatch.Lap();
  if (result.aborted) return result;

  std::vector<OutputToken> text;
  const whisper_token end = whisper_token_eot(model_->context());
  float sum = 0.0F;
  for (const OutputToken& token : tokens) {
    sum += token.log_probability;
    if (token.id < end) text.push_back(token);
  }
  result.average_log_probability = tokens.empty() ? 0.0F : sum / static_cast<float>(tokens.size());
  result.words = JoinWords(*model_, text);
  if (request.timestamps) result.segments = CutAtTimestamps(*model_, tokens);
  return result;
}

void Decoder::ComputeMel(const DecodeRequest& request) {
  std::span<const float> samples = request.samples;
  std::vector<float> padded;
  if (samples.size() < kFewestSamples) {
    padded = request.samples;
    padded.resize(kFewestSamples);
    samples = padded;
  }
  const std::int32_t positions = request.audio_context > 0 ? request.audio_context : model_->audio_context();
  const std::int32_t frames = positions * kFramesPerPosition;
  mel_.Compute(samples, static_cast<std::size_t>(frames), mel_values_);
  if (whisper_set_mel_with_state(model_->context(), state_.get(), mel_values_.data(), frames,
                                 static_cast<int>(model_->mel_filters().bands)) != 0) {
    throw DecodeError("the mel spectrogram does not fit the model");
  }
}

// The state's context length has no setter of its own: whisper_full sets it, and stops before the encoder
// when its begin callback says so.
void Decoder::SetAudioContext(std::int32_t audio_context) {
  whisper_full_params params = whisper_full_default_params(WHISPER_SAMPLING_GREEDY);
  params.audio_ctx = audio_context;
  params.language = "en";
  params.print_progress = false;
  params.encoder_begin_callback = [](whisper_context*, whisper_state*, void*) { return false; };
  whisper_full_with_state(model_->context(), state_.get(), params, nullptr, 0);
}

void Decoder::Encode(const DecodeRequest& request) {
  SetAudioContext(request.audio_context);
  if (whisper_encode_with_state(model_->context(), state_.get(), 0, request.threads) != 0) {
    throw DecodeError("the encoder failed");
  }
}

std::span<const float> Decoder::Forward(std::span<const whisper_token> tokens, std::int32_t position,
                                        std::int32_t threads) {
  if (whisper_decode_with_state(model_->context(), state_.get(), tokens.data(),
                                static_cast<int>(tokens.size()), position, threads) != 0) {
    throw DecodeError("the decoder failed");
  }
  // Only the last token's row of the logits is filled.
  const auto width = static_cast<std::size_t>(model_->vocabulary_size());
  return {whisper_get_logits_from_state(state_.get()) + width * (tokens.size() - 1), width};
}

void Decoder::ReadStart(const DecodeRequest& request, DecodeResult& result) {
  whisper_context* context = model_->context();
  const bool detect = request.language.empty() && model_->multilingual();
  result.language = request.language.empty() ? "en" : request.language;
  if (!detect && !request.measure_no_speech) return;

  const whisper_token start = whisper_token_sot(context);
  const std::span<const float> logits = Forward({&start, 1}, 0, request.threads);
  if (request.measure_no_speech) {
    result.no_speech_probability = ProbabilityAmongAll(logits, whisper_token_nosp(context));
  }
  if (!detect) return;

  std::vector<whisper_token> candidates;
  for (const std::string& language : request.languages) {
    if (const int id = whisper_lang_id(language.c_str()); id >= 0) {
      candidates.push_back(whisper_token_lang(context, id));
    }
  }
  if (candidates.empty()) {
    // The vocabulary holds exactly the languages between the start token and the translate token.
    for (whisper_token id = start + 1; id < whisper_token_translate(context); ++id) candidates.push_back(id);
  }
  const whisper_token best = *std::max_element(candidates.begin(), candidates.end(), [&](auto a, auto b) {
    return logits[static_cast<std::size_t>(a)] < logits[static_cast<std::size_t>(b)];
  });
  result.language = whisper_lang_str(best - start - 1);
  result.language_probability = SoftmaxAt(logits, candidates, best);
}

std::vector<whisper_token> Decoder::StartTokens(const DecodeRequest& request,
                                                const std::string& language) const {
  whisper_context* context = model_->context();
  std::vector<whisper_token> tokens;
  if (!request.prompt.empty()) {
    const auto most = static_cast<std::size_t>(model_->text_context() / 2 - 1);
    const std::size_t kept = std::min(request.prompt.size(), most);
    tokens.push_back(whisper_token_prev(context));
    tokens.insert(tokens.end(), request.prompt.end() - static_cast<std::ptrdiff_t>(kept),
                  request.prompt.end());
  }
  tokens.push_back(whisper_token_sot(context));
  if (model_->multilingual()) {
    const int id = whisper_lang_id(language.c_str());
    if (id < 0) throw DecodeError("unknown language '" + language + "'");
    tokens.push_back(whisper_token_lang(context, id));
    tokens.push_back(request.task == Task::kTranslate ? whisper_token_translate(context)
                                                      : whisper_token_transcribe(context));
  }
  if (!request.timestamps) tokens.push_back(whisper_token_not(context));
  return tokens;
}

std::vector<OutputToken> Decoder::Generate(const DecodeRequest& request, const std::atomic<bool>& abort,
                                           DecodeResult& result) {
  const whisper_token end = whisper_token_eot(model_->context());
  Sampler sampler(*model_, request.timestamps);
  std::vector<OutputToken> output;
  std::vector<whisper_token> ids;
  std::vector<whisper_token> input = StartTokens(request, result.language);
  for (const whisper_token token : request.prefix) {
    sampler.Accept(token);
    output.push_back({token, 0.0F});
    ids.push_back(token);
    input.push_back(token);
  }

  const std::int32_t room = model_->text_context() - static_cast<std::int32_t>(input.size());
  const std::int32_t budget = request.max_tokens > 0 ? std::min(request.max_tokens, room) : room;
  std::int32_t position = 0;
  for (std::int32_t step = 0; step < budget; ++step) {
    if (abort || ProcessExits()) {
      result.aborted = true;
      return {};
    }
    const SampledToken next = sampler.Next(Forward(input, position, request.threads));
    if (next.id == end) return output;
    position += static_cast<std::int32_t>(input.size());
    input.assign(1, next.id);
    output.push_back({next.id, next.log_probability});
    ids.push_back(next.id);
    if (const std::size_t repeated = RepeatedTail(ids); repeated > 0) {
      result.truncation = Truncation::kLoop;
      output.resize(output.size() - repeated);
      return output;
    }
  }
  result.truncation = Truncation::kBudget;
  return output;
}

}  // namespace theo
