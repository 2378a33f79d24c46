#include "whisper/generation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "whisper/error.h"
#include "whisper/loop_guard.h"
#include "whisper/segments.h"

namespace theo {
namespace {

// More tokens at once would only take memory for their logits.
constexpr std::size_t kDraftTokensPerPass = 32;
// Fewer when the model has just disagreed with the draft.
constexpr std::size_t kDraftTokensAfterDoubt = 8;
// After disagreeing in this many passes in a row, the draft is given up.
constexpr int kMostDoubts = 6;

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

/// The rest of a draft after the model has chosen `said`. If that token comes soon in the draft, the model
/// has left out the tokens before it; else it has replaced the draft's first token.
std::span<const whisper_token> Realigned(std::span<const whisper_token> draft, whisper_token said) {
  const auto soon = draft.first(std::min(draft.size(), kDraftTokensAfterDoubt));
  const auto found = std::find(soon.begin(), soon.end(), said);
  if (found != soon.end()) return draft.subspan(static_cast<std::size_t>(found - soon.begin()) + 1);
  return draft.empty() ? draft : draft.subspan(1);
}

}  // namespace

Generation::Generation(const Vocabulary& vocabulary, const Dimensions& dimensions,
                       const DecodeRequest& request)
    : vocabulary_(vocabulary),
      sizes_(dimensions),
      request_(request),
      sampler_(vocabulary, request.timestamps, request.latest_first_timestamp_seconds),
      draft_(request.draft),
      drafted_per_pass_(kDraftTokensPerPass) {
  result_.language = request.language.empty() ? "en" : request.language;
  detects_language_ = request.language.empty() && vocabulary.multilingual();
  if (detects_language_) {
    input_ = {vocabulary.start()};
  } else {
    BeginText();
  }
}

void Generation::Take(std::span<float> logits) {
  ++result_.decoder_passes;
  result_.decoder_tokens += static_cast<std::int32_t>(input_.size());
  if (detects_language_) {
    DetectLanguage(logits);
    detects_language_ = false;
    BeginText();
  } else {
    ReadOn(logits);
  }
}

void Generation::DetectLanguage(std::span<const float> logits) {
  std::vector<whisper_token> candidates;
  for (const std::string& language : request_.languages) {
    if (const whisper_token token = vocabulary_.LanguageToken(language); token >= 0) {
      candidates.push_back(token);
    }
  }
  if (candidates.empty()) {
    // The vocabulary holds exactly the languages between the start token and the translate token.
    for (whisper_token id = vocabulary_.start() + 1; id < vocabulary_.translate(); ++id) {
      candidates.push_back(id);
    }
  }
  const whisper_token best = *std::max_element(candidates.begin(), candidates.end(), [&](auto a, auto b) {
    return logits[static_cast<std::size_t>(a)] < logits[static_cast<std::size_t>(b)];
  });
  result_.language = vocabulary_.LanguageOf(best);
  result_.language_probability = SoftmaxAt(logits, candidates, best);
}

std::vector<whisper_token> Generation::PromptTokens() const {
  const std::vector<whisper_token>& prompt = request_.prompt;
  if (prompt.empty()) return {};
  const auto most = static_cast<std::size_t>(sizes_.text_context / 2 - 1);
  const std::size_t kept = std::min(prompt.size(), most);
  std::vector<whisper_token> tokens = {vocabulary_.previous()};
  tokens.insert(tokens.end(), prompt.end() - static_cast<std::ptrdiff_t>(kept), prompt.end());
  return tokens;
}

std::vector<whisper_token> Generation::StartTokens() const {
  std::vector<whisper_token> tokens = {vocabulary_.start()};
  if (vocabulary_.multilingual()) {
    const whisper_token token = vocabulary_.LanguageToken(result_.language);
    if (token < 0) throw DecodeError("unknown language '" + result_.language + "'");
    tokens.push_back(token);
    tokens.push_back(request_.task == Task::kTranslate ? vocabulary_.translate() : vocabulary_.transcribe());
  }
  if (!request_.timestamps) tokens.push_back(vocabulary_.no_timestamps());
  return tokens;
}

void Generation::BeginText() {
  input_ = PromptTokens();
  const std::size_t start = input_.size();
  const auto start_tokens = StartTokens();
  input_.insert(input_.end(), start_tokens.begin(), start_tokens.end());
  for (const whisper_token token : request_.earlier) {
    sampler_.Accept(token);
    input_.push_back(token);
  }
  for (const whisper_token token : request_.prefix) {
    sampler_.Accept(token);
    output_.push_back({token, 0.0F});
    ids_.push_back(token);
    input_.push_back(token);
  }
  const auto room = sizes_.text_context - static_cast<std::int32_t>(input_.size());
  left_ = request_.max_tokens > 0 ? std::min(request_.max_tokens, room) : room;
  first_row_ = request_.measure_no_speech ? start : input_.size() - 1;
  AddDraft();
}

// Drafted tokens go through the decoder in the same pass. As far as the model agrees with them, the next
// token's logits are known already.
void Generation::AddDraft() {
  if (left_ <= 0) return End(Truncation::kBudget);
  next_row_ = input_.size() - 1;
  const auto drafted =
      draft_.first(std::min({draft_.size(), drafted_per_pass_, static_cast<std::size_t>(left_) - 1}));
  input_.insert(input_.end(), drafted.begin(), drafted.end());
}

void Generation::ReadOn(std::span<float> logits) {
  const auto width = static_cast<std::size_t>(sizes_.vocabulary);
  if (request_.measure_no_speech && !result_.no_speech_probability) {
    result_.no_speech_probability = ProbabilityAmongAll(logits.first(width), vocabulary_.no_speech());
  }
  for (bool agreed = true; agreed && left_ > 0 && next_row_ < input_.size(); --left_) {
    const auto row = logits.subspan((next_row_ - first_row_) * width, width);
    Exclude(request_.suppressed, row);
    if (request_.suppress_annotations) Exclude(vocabulary_.annotation_openers(), row);
    const SampledToken next = sampler_.Next(row);
    if (next.id == vocabulary_.end()) return End(Truncation::kNone);
    output_.push_back({next.id, next.log_probability});
    ids_.push_back(next.id);
    if (const std::size_t repeated = RepeatedTail(ids_); repeated > 0) {
      output_.resize(std::max(output_.size() - repeated, request_.prefix.size()));
      ids_.resize(output_.size());
      return End(Truncation::kLoop);
    }
    ++next_row_;
    agreed = !draft_.empty() && draft_.front() == next.id;
    draft_ = Realigned(draft_, next.id);
  }
  const bool held = next_row_ == input_.size();
  drafted_per_pass_ = held ? kDraftTokensPerPass : kDraftTokensAfterDoubt;
  doubts_ = held ? 0 : doubts_ + 1;
  if (doubts_ > kMostDoubts) draft_ = {};
  position_ += static_cast<std::int32_t>(next_row_);
  input_.assign(1, ids_.back());
  first_row_ = 0;
  AddDraft();
}

void Generation::End(Truncation truncation) {
  result_.truncation = truncation;
  is_over_ = true;
}

DecodeResult Generation::Finish() {
  std::vector<OutputToken> text;
  float sum = 0.0F;
  for (const OutputToken& token : output_) {
    sum += token.log_probability;
    if (token.id < vocabulary_.end()) text.push_back(token);
  }
  result_.average_log_probability = output_.empty() ? 0.0F : sum / static_cast<float>(output_.size());
  result_.tokens = std::move(ids_);
  result_.words = JoinWords(vocabulary_, text);
  if (request_.timestamps) result_.segments = CutAtTimestamps(vocabulary_, output_);
  return std::move(result_);
}

}  // namespace theo
