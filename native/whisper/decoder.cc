#include "whisper/decoder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <string>

#include "whisper/error.h"
#include "whisper/exit_guard.h"
#include "whisper/loop_guard.h"
#include "whisper/sampler.h"

namespace theo {
namespace {

constexpr std::size_t kSampleRateHz = 16'000;
// The first frame is mirrored at its start.
constexpr std::size_t kFewestSamples = kSampleRateHz / 5;
constexpr float kSecondsPerTimestamp = 0.02F;

// Silent positions that stand for themselves when the rest is pooled. With fewer, endings get lost.
constexpr std::int32_t kNearestSilenceEncoder = 64;
constexpr std::int32_t kNearestSilenceDecoder = 256;

// The newest positions of the last decode have got other neighbours since: they are encoded once more.
constexpr std::int32_t kOverlapPositions = 50;
// More rows of logits at once would only take memory.
constexpr std::size_t kDraftTokensPerPass = 32;
// Where the model has just said something else, the rest of the draft is worth less.
constexpr std::size_t kDraftTokensAfterDoubt = 8;
// A draft that is wrong in so many passes in a row is another text.
constexpr int kMostDoubts = 6;

// Louder than that, in units of log10, the whole spectrogram has another level.
constexpr float kSameLevel = 0.5F;

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

void Exclude(std::span<const whisper_token> tokens, std::span<float> logits) {
  for (const whisper_token token : tokens) {
    logits[static_cast<std::size_t>(token)] = -std::numeric_limits<float>::infinity();
  }
}

/// What is left of a draft behind a token that was said: behind the same token if it comes soon, for then the
/// model has left something out; else behind the one whose place it took.
std::span<const whisper_token> Realigned(std::span<const whisper_token> draft, whisper_token said) {
  const auto soon = draft.first(std::min(draft.size(), kDraftTokensAfterDoubt));
  const auto found = std::find(soon.begin(), soon.end(), said);
  if (found != soon.end()) return draft.subspan(static_cast<std::size_t>(found - soon.begin()) + 1);
  return draft.empty() ? draft : draft.subspan(1);
}

std::vector<Segment> CutAtTimestamps(const Model& model, std::span<const OutputToken> tokens) {
  const whisper_token first_timestamp = model.vocabulary().first_timestamp();
  std::vector<Segment> segments;
  std::vector<OutputToken> text;
  float start_seconds = 0.0F;
  const auto finish = [&](float end_seconds) {
    std::string joined;
    for (const Word& word : JoinWords(model.vocabulary(), text))
      joined += (joined.empty() ? "" : " ") + word.text;
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

}  // namespace

Decoder::Decoder(std::shared_ptr<const Model> model)
    : model_(std::move(model)),
      spectrogram_(model_->mel_filters()),
      graph_(model_->device()),
      encoder_(model_->weights(), model_->dimensions()),
      text_decoder_(model_->device(), model_->weights(), model_->dimensions()),
      scratch_(std::make_unique<UtteranceMemory>(model_->device(), model_->dimensions())) {}

DecodeResult Decoder::Decode(const DecodeRequest& request, const std::atomic<bool>& abort) {
  const auto window = static_cast<std::size_t>(model_->dimensions().audio_context) * kSamplesPerPosition;
  if (request.samples.size() > window) {
    throw DecodeError("a decode takes at most " + std::to_string(window) + " samples, the model's window");
  }
  DecodeResult result;
  Stopwatch stopwatch;
  std::unique_lock<std::mutex> lock;
  UtteranceMemory& memory = MemoryFor(request, lock);
  if (!Encode(request, memory, abort, result)) {
    result.aborted = true;
    return result;
  }
  result.encode_ms = stopwatch.Lap() - result.mel_ms;
  const std::vector<OutputToken> tokens = Generate(request, abort, result);
  result.decode_ms = stopwatch.Lap();
  if (result.aborted) return result;

  std::vector<OutputToken> text;
  const whisper_token end = model_->vocabulary().end();
  float sum = 0.0F;
  for (const OutputToken& token : tokens) {
    sum += token.log_probability;
    if (token.id < end) text.push_back(token);
  }
  result.average_log_probability = tokens.empty() ? 0.0F : sum / static_cast<float>(tokens.size());
  result.words = JoinWords(model_->vocabulary(), text);
  if (request.timestamps) result.segments = CutAtTimestamps(*model_, tokens);
  return result;
}

UtteranceMemory& Decoder::MemoryFor(const DecodeRequest& request, std::unique_lock<std::mutex>& lock) {
  // Audio that is lengthened with zeros is no beginning of what comes later.
  if (request.memory && request.samples.size() >= kFewestSamples) {
    // Another decode that holds it is being aborted, and that takes no longer than an operator.
    lock = std::unique_lock(request.memory->mutex);
    request.memory->Forget(std::min(request.remembered_samples, request.samples.size()));
    return *request.memory;
  }
  scratch_->mel = {};
  scratch_->positions = 0;
  return *scratch_;
}

bool Decoder::Encode(const DecodeRequest& request, UtteranceMemory& memory, const std::atomic<bool>& abort,
                     DecodeResult& result) {
  std::span<const float> samples = request.samples;
  std::vector<float> padded;
  if (samples.size() < kFewestSamples) {
    padded = request.samples;
    padded.resize(kFewestSamples);
    samples = padded;
  }
  const std::int32_t window = model_->dimensions().audio_context;
  const auto covered = std::min(
      window, static_cast<std::int32_t>((samples.size() + kSamplesPerPosition - 1) / kSamplesPerPosition));
  const std::int32_t last =
      request.audio_context == 0 ? window : std::clamp(request.audio_context, covered, window);
  const bool padding = request.padding != Padding::kNothing && last < window;
  const Silence* silence = padding ? &model_->silence(request.threads) : nullptr;
  const bool pooled = request.padding == Padding::kPooledSilence;
  heard_ = {
      .positions = last, .silence = silence, .nearest_silence = pooled ? kNearestSilenceDecoder : window};

  Stopwatch stopwatch;
  memory.mel.Update(spectrogram_, samples);
  const bool anew = memory.mel.loudest() - memory.loudest > kSameLevel;
  const std::int32_t first = anew ? 0 : std::clamp(memory.positions - kOverlapPositions, 0, last - 1);
  if (first == 0) memory.loudest = memory.mel.loudest();
  EncoderInput input = {
      .first = first,
      .last = last,
      .frames = memory.mel.Frames(std::ptrdiff_t{2} * first - 2, std::ptrdiff_t{2} * last + 1,
                                  std::ptrdiff_t{2} * window, memory.loudest, request.level),
      .silence = silence,
      .nearest_silence = pooled ? kNearestSilenceEncoder : window,
  };
  result.mel_ms = stopwatch.Lap();
  result.encoded_positions = last - first;
  heard_.rows = &memory.rows;
  memory.positions = 0;
  if (!encoder_.Encode(graph_, input, memory.rows, request.threads, abort)) return false;
  memory.positions = covered;
  return true;
}

std::span<float> Decoder::Forward(std::span<const whisper_token> tokens, std::int32_t position,
                                  std::size_t wanted, const DecodeRequest& request,
                                  const std::atomic<bool>& abort, DecodeResult& result) {
  ++result.decoder_passes;
  result.decoder_tokens += static_cast<std::int32_t>(tokens.size());
  const auto logits = text_decoder_.Forward(graph_, tokens, position, wanted, heard_, request.threads, abort);
  if (logits.empty()) result.aborted = true;
  return logits;
}

bool Decoder::DetectLanguage(const DecodeRequest& request, const std::atomic<bool>& abort,
                             DecodeResult& result) {
  const Vocabulary& vocabulary = model_->vocabulary();
  const whisper_token start = vocabulary.start();
  const std::span<const float> logits = Forward({&start, 1}, 0, 1, request, abort, result);
  if (logits.empty()) return false;

  std::vector<whisper_token> candidates;
  for (const std::string& language : request.languages) {
    if (const whisper_token token = vocabulary.LanguageToken(language); token >= 0) {
      candidates.push_back(token);
    }
  }
  if (candidates.empty()) {
    // The vocabulary holds exactly the languages between the start token and the translate token.
    for (whisper_token id = start + 1; id < vocabulary.translate(); ++id) candidates.push_back(id);
  }
  const whisper_token best = *std::max_element(candidates.begin(), candidates.end(), [&](auto a, auto b) {
    return logits[static_cast<std::size_t>(a)] < logits[static_cast<std::size_t>(b)];
  });
  result.language = vocabulary.LanguageOf(best);
  result.language_probability = SoftmaxAt(logits, candidates, best);
  return true;
}

std::vector<whisper_token> Decoder::PromptTokens(const DecodeRequest& request) const {
  if (request.prompt.empty()) return {};
  const auto most = static_cast<std::size_t>(model_->dimensions().text_context / 2 - 1);
  const std::size_t kept = std::min(request.prompt.size(), most);
  std::vector<whisper_token> tokens = {model_->vocabulary().previous()};
  tokens.insert(tokens.end(), request.prompt.end() - static_cast<std::ptrdiff_t>(kept), request.prompt.end());
  return tokens;
}

std::vector<whisper_token> Decoder::StartTokens(const DecodeRequest& request,
                                                const std::string& language) const {
  const Vocabulary& vocabulary = model_->vocabulary();
  std::vector<whisper_token> tokens = {vocabulary.start()};
  if (vocabulary.multilingual()) {
    const whisper_token token = vocabulary.LanguageToken(language);
    if (token < 0) throw DecodeError("unknown language '" + language + "'");
    tokens.push_back(token);
    tokens.push_back(request.task == Task::kTranslate ? vocabulary.translate() : vocabulary.transcribe());
  }
  if (!request.timestamps) tokens.push_back(vocabulary.no_timestamps());
  return tokens;
}

std::vector<OutputToken> Decoder::Generate(const DecodeRequest& request, const std::atomic<bool>& abort,
                                           DecodeResult& result) {
  const Vocabulary& vocabulary = model_->vocabulary();
  result.language = request.language.empty() ? "en" : request.language;
  if (request.language.empty() && vocabulary.multilingual() && !DetectLanguage(request, abort, result)) {
    return {};
  }
  Sampler sampler(vocabulary, request.timestamps);
  std::vector<OutputToken> output;
  std::vector<whisper_token> ids;
  std::vector<whisper_token> input = PromptTokens(request);
  const std::size_t start = input.size();
  const auto start_tokens = StartTokens(request, result.language);
  input.insert(input.end(), start_tokens.begin(), start_tokens.end());
  for (const whisper_token token : request.earlier) {
    sampler.Accept(token);
    input.push_back(token);
  }
  for (const whisper_token token : request.prefix) {
    sampler.Accept(token);
    output.push_back({token, 0.0F});
    ids.push_back(token);
    input.push_back(token);
  }
  const auto room = model_->dimensions().text_context - static_cast<std::int32_t>(input.size());
  const std::int32_t budget = request.max_tokens > 0 ? std::min(request.max_tokens, room) : room;

  // The draft goes through the decoder with what comes before it: where the model would have said the same,
  // the next word's logits are there already.
  std::span<const whisper_token> draft = request.draft;
  std::size_t tokens_per_pass = kDraftTokensPerPass;
  int doubts = 0;
  std::int32_t position = 0;
  std::size_t first_row = request.measure_no_speech ? start : input.size() - 1;
  const auto width = static_cast<std::size_t>(model_->dimensions().vocabulary);
  for (std::int32_t left = budget; left > 0;) {
    if (ProcessExits()) result.aborted = true;
    if (result.aborted) return {};
    std::size_t next_row = input.size() - 1;
    const auto drafted =
        draft.first(std::min({draft.size(), tokens_per_pass, static_cast<std::size_t>(left) - 1}));
    input.insert(input.end(), drafted.begin(), drafted.end());
    const auto logits = Forward(input, position, input.size() - first_row, request, abort, result);
    if (result.aborted) return {};
    if (request.measure_no_speech && !result.no_speech_probability) {
      result.no_speech_probability = ProbabilityAmongAll(logits.first(width), vocabulary.no_speech());
    }
    for (bool agreed = true; agreed && left > 0 && next_row < input.size(); --left) {
      const auto row = logits.subspan((next_row - first_row) * width, width);
      if (request.suppress_annotations) Exclude(vocabulary.annotation_openers(), row);
      const SampledToken next = sampler.Next(row);
      if (next.id == vocabulary.end()) return output;
      output.push_back({next.id, next.log_probability});
      ids.push_back(next.id);
      if (const std::size_t repeated = RepeatedTail(ids); repeated > 0) {
        result.truncation = Truncation::kLoop;
        output.resize(std::max(output.size() - repeated, request.prefix.size()));
        return output;
      }
      ++next_row;
      agreed = !draft.empty() && draft.front() == next.id;
      draft = Realigned(draft, next.id);
    }
    const bool held = next_row == input.size();
    tokens_per_pass = held ? kDraftTokensPerPass : kDraftTokensAfterDoubt;
    doubts = held ? 0 : doubts + 1;
    if (doubts > kMostDoubts) draft = {};
    position += static_cast<std::int32_t>(next_row);
    input.assign(1, ids.back());
    first_row = 0;
  }
  result.truncation = Truncation::kBudget;
  return output;
}

}  // namespace theo
