#include "whisper/decoder.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "whisper/error.h"
#include "whisper/exit_guard.h"
#include "whisper/generation.h"

namespace theo {
namespace {

constexpr std::size_t kSampleRateHz = 16'000;
// Shorter audio is padded with zeros: the first frame is mirrored at the audio's start.
constexpr std::size_t kFewestSamples = kSampleRateHz / 5;

// Silent positions next to the speech that are not pooled. With fewer, the ends of texts get lost.
constexpr std::int32_t kNearestSilenceEncoder = 64;
constexpr std::int32_t kNearestSilenceDecoder = 256;

// The last positions of the previous decode are encoded again, because other audio follows them now.
constexpr std::int32_t kOverlapPositions = 100;

// If the audio gets louder by more than this (log10), the level of the whole spectrogram changes.
constexpr float kSameLevel = 0.5F;

// Audio that is padded with zeros is not the beginning of later audio.
bool UsesMemory(const DecodeRequest& request) {
  return request.memory && request.samples.size() >= kFewestSamples;
}

using MemoryLocks = std::map<const UtteranceMemory*, std::unique_lock<std::mutex>>;

/// Locks the requests' memories. Another decode that holds one is being aborted and releases it soon. All
/// threads lock in the map's order, so that no two wait for each other.
MemoryLocks LockMemories(std::span<const DecodeRequest> requests) {
  MemoryLocks locks;
  for (const DecodeRequest& request : requests) {
    if (UsesMemory(request)) locks.try_emplace(request.memory.get(), request.memory->mutex, std::defer_lock);
  }
  for (auto& [memory, lock] : locks) lock.lock();
  return locks;
}

class Stopwatch {
 public:
  /// Since construction.
  [[nodiscard]] double Milliseconds() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

struct Decoder::Member {
  Member(std::size_t number, const DecodeRequest& asked, const std::atomic<bool>& aborted, const Model& model)
      : index(number),
        request(asked),
        abort(aborted),
        generation(model.vocabulary(), model.dimensions(), asked) {}

  std::size_t index;
  const DecodeRequest& request;
  const std::atomic<bool>& abort;
  Generation generation;
  UtteranceMemory* memory = nullptr;
  std::unique_lock<std::mutex> lock;
  std::deque<TokenRows>* tokens = nullptr;
  EncoderInput input;
  HeardAudio heard;
  /// What the rows are to be computed from.
  EncodedAudio audio;
  /// 0: the memory has all rows.
  std::int32_t encoded_positions = 0;
  double mel_ms = 0.0;
  double encode_ms = 0.0;
  /// Once its text is over.
  std::optional<DecodeResult> result;
};

/// The abort flags of members that share a pass, and the threads for it.
struct Decoder::Company {
  explicit Company(const Members& members) {
    for (const Member& member : members) Add(member);
  }
  explicit Company(std::span<Member* const> members) {
    for (const Member* member : members) Add(*member);
  }

  std::vector<const std::atomic<bool>*> aborts;
  std::int32_t threads = 1;

 private:
  void Add(const Member& member) {
    aborts.push_back(&member.abort);
    threads = std::max(threads, member.request.threads);
  }
};

Decoder::Decoder(std::shared_ptr<const Model> model)
    : model_(std::move(model)),
      spectrogram_(model_->mel_filters()),
      graph_(model_->device()),
      encoder_(model_->weights(), model_->dimensions()),
      text_decoder_(model_->weights(), model_->dimensions()),
      aligner_(*model_, text_decoder_) {}

DecodeResult Decoder::Decode(const DecodeRequest& request, const std::atomic<bool>& abort) {
  DecodeOutcome outcome;
  Decode({&request, 1}, {&abort, 1}, [&](std::size_t, DecodeOutcome ready) { outcome = std::move(ready); });
  if (!outcome.error.empty()) throw DecodeError(outcome.error);
  return std::move(outcome.result);
}

void Decoder::Decode(std::span<const DecodeRequest> requests, std::span<const std::atomic<bool>> aborts,
                     const DecodeDone& done) {
  Members members;
  MemoryLocks locks;
  try {
    locks = LockMemories(requests);
  } catch (...) {
    for (std::size_t i = 0; i < requests.size(); ++i) done(i, {.result = {}, .error = CurrentError()});
    return;
  }
  for (std::size_t i = 0; i < requests.size(); ++i) {
    try {
      Members arriving;
      Member& member = arriving.emplace_back(i, requests[i], aborts[i], *model_);
      Seat& seat = SeatOf(i, TextsAtOnce(requests[i]));
      member.tokens = &seat.tokens;
      if (const auto lock = locks.find(requests[i].memory.get()); lock != locks.end()) {
        // If two requests have the same memory, the first one uses it.
        member.memory = requests[i].memory.get();
        member.lock = std::move(lock->second);
        locks.erase(lock);
        member.memory->Forget(std::min(requests[i].remembered_samples, requests[i].samples.size()));
      } else {
        member.memory = &ScratchMemory(seat);
      }
      PrepareAudio(member);
      members.splice(members.end(), arriving);
    } catch (...) {
      done(i, {.result = {}, .error = CurrentError()});
    }
  }
  try {
    if (!members.empty()) Encode(members);
    const Stopwatch stopwatch;
    const auto leaves = [&](Member& member) {
      DecodeResult result;
      if (member.result) {
        result = std::move(*member.result);
        result.encoded_positions = member.encoded_positions;
        result.mel_ms = member.mel_ms;
        result.encode_ms = member.encode_ms;
        result.decode_ms = stopwatch.Milliseconds();
      } else if (member.abort || ProcessExits()) {
        result.aborted = true;
      } else {
        return false;
      }
      // Released first: `done` may lead to another decode with this memory.
      member.lock = {};
      done(member.index, {.result = std::move(result), .error = {}});
      return true;
    };
    while (true) {
      Finish(members);
      members.remove_if(leaves);
      if (members.empty()) break;
      Step(members);
    }
  } catch (...) {
    const std::string error = CurrentError();
    for (Member& member : members) {
      member.lock = {};
      done(member.index, {.result = {}, .error = error});
    }
  }
}

Decoder::Seat& Decoder::SeatOf(std::size_t index, std::size_t texts) {
  while (seats_.size() <= index) seats_.emplace_back();
  Seat& seat = seats_[index];
  while (seat.tokens.size() < texts) seat.tokens.emplace_back(model_->device(), model_->dimensions());
  return seat;
}

UtteranceMemory& Decoder::ScratchMemory(Seat& seat) {
  if (!seat.memory) {
    seat.memory = std::make_unique<UtteranceMemory>(model_->device(), model_->dimensions());
  }
  seat.memory->Forget(0);
  return *seat.memory;
}

void Decoder::PrepareAudio(Member& member) {
  const DecodeRequest& request = member.request;
  const std::int32_t window = model_->dimensions().audio_context;
  const std::size_t most_samples = static_cast<std::size_t>(window) * kSamplesPerPosition;
  std::span<const float> samples = request.samples;
  if (samples.size() > most_samples) {
    throw DecodeError("a decode takes at most " + std::to_string(most_samples) +
                      " samples, the model's window");
  }
  std::vector<float> padded;
  if (samples.size() < kFewestSamples) {
    padded = request.samples;
    padded.resize(kFewestSamples);
    samples = padded;
  }
  const auto covered = std::min(
      window, static_cast<std::int32_t>((samples.size() + kSamplesPerPosition - 1) / kSamplesPerPosition));
  const std::int32_t last =
      request.audio_context == 0 ? window : std::clamp(request.audio_context, covered, window);
  const bool padding = request.padding != Padding::kNothing && last < window;
  const Silence* silence = padding ? &model_->silence(request.threads) : nullptr;
  const bool pooled = request.padding == Padding::kPooledSilence;

  const std::int32_t nearest = pooled ? kNearestSilenceEncoder : window;
  member.heard = {
      .rows = &member.memory->rows,
      .positions = last,
      .covered = covered,
      .silence = silence,
      .nearest_silence = pooled ? kNearestSilenceDecoder : window,
  };
  member.audio = {.samples = samples.size(),
                  .positions = last,
                  .nearest_silence = padding ? std::optional(nearest) : std::nullopt,
                  .level = request.level};
  UtteranceMemory& memory = *member.memory;
  if (memory.encoded == member.audio) return;

  const Stopwatch stopwatch;
  memory.encoded.reset();
  memory.mel.Update(spectrogram_, samples);
  const bool anew = memory.mel.loudest() - memory.loudest > kSameLevel;
  const std::int32_t first = anew ? 0 : std::clamp(memory.positions - kOverlapPositions, 0, last - 1);
  if (first == 0) memory.loudest = memory.mel.loudest();
  member.input = {
      .first = first,
      .last = last,
      .frames = memory.mel.Frames(std::ptrdiff_t{2} * first - 2, std::ptrdiff_t{2} * last + 1,
                                  std::ptrdiff_t{2} * window, memory.loudest, request.level),
      .rows = &memory.rows,
      .silence = silence,
      .nearest_silence = nearest,
  };
  member.encoded_positions = last - first;
  memory.positions = 0;
  member.mel_ms = stopwatch.Milliseconds();
}

void Decoder::Encode(Members& members) {
  const Stopwatch stopwatch;
  std::vector<EncoderInput> inputs;
  for (Member& member : members) {
    if (member.encoded_positions > 0) inputs.push_back(std::move(member.input));
  }
  if (inputs.empty()) return;
  const Company company(members);
  if (!encoder_.Encode(graph_, inputs, company.threads, company.aborts)) return;
  const double encode_ms = stopwatch.Milliseconds();
  for (Member& member : members) {
    if (member.encoded_positions == 0) continue;
    member.memory->positions = member.heard.covered;
    member.memory->encoded = member.audio;
    member.encode_ms = encode_ms;
  }
}

void Decoder::Step(Members& members) {
  std::vector<TextInput> inputs;
  for (const Member& member : members) {
    for (const PassInput& text : member.generation.inputs()) {
      TokenRows& rows = (*member.tokens)[text.rows];
      if (text.inherits()) {
        rows.TakeOver((*member.tokens)[text.heir_of], text.inherited_from, text.position);
      }
      inputs.push_back({.tokens = text.tokens,
                        .position = text.position,
                        .wanted = text.wanted,
                        .audio = member.heard,
                        .rows = &rows});
    }
  }
  const Company company(members);
  std::span<float> logits = text_decoder_.Forward(graph_, inputs, company.threads, company.aborts);
  if (logits.empty()) return;
  const auto width = static_cast<std::size_t>(model_->dimensions().vocabulary);
  for (Member& member : members) {
    std::size_t values = 0;
    for (const PassInput& text : member.generation.inputs()) values += text.wanted * width;
    member.generation.Take(logits.first(values));
    logits = logits.subspan(values);
  }
}

/// Takes the results of texts that are over, and times their words where that was asked for.
void Decoder::Finish(Members& members) {
  std::vector<Member*> untimed;
  for (Member& member : members) {
    if (!member.generation.inputs().empty()) continue;
    member.result = member.generation.Finish();
    if (member.request.time_words && !member.result->words.empty()) untimed.push_back(&member);
  }
  if (!untimed.empty()) TimeWords(untimed);
}

void Decoder::TimeWords(std::span<Member* const> members) {
  const Stopwatch stopwatch;
  std::vector<DecodedText> texts;
  for (Member* member : members) {
    texts.push_back({.request = &member->request,
                     .audio = member->heard,
                     .rows = &member->tokens->front(),
                     .result = &*member->result});
  }
  const Company company(members);
  aligner_.TimeWords(graph_, texts, company.threads, company.aborts);
  for (Member* member : members) {
    member->result->aborted = member->abort;
    member->result->align_ms = stopwatch.Milliseconds();
  }
}

}  // namespace theo
