#include "whisper/generation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "whisper/error.h"
#include "whisper/segments.h"

namespace theo {
namespace {

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

}  // namespace

Generation::Generation(const Vocabulary& vocabulary, const Dimensions& dimensions,
                       const DecodeRequest& request)
    : vocabulary_(vocabulary), sizes_(dimensions), request_(request), rules_(vocabulary, request) {
  result_.language = request.language.empty() ? "en" : request.language;
  if (request.language.empty() && vocabulary.multilingual()) {
    start_ = {vocabulary.start()};
    own_input_ = {{.tokens = start_}};
  } else {
    BeginText();
  }
}

std::span<const PassInput> Generation::inputs() const {
  return own_input_.empty() ? search_->inputs() : own_input_;
}

void Generation::Take(std::span<float> logits) {
  ++result_.decoder_passes;
  for (const PassInput& input : inputs()) {
    result_.decoder_tokens += static_cast<std::int32_t>(input.tokens.size());
  }
  if (!search_) {
    DetectLanguage(logits);
    BeginText();
    return;
  }
  if (!own_input_.empty()) {
    const auto width = static_cast<std::size_t>(sizes_.vocabulary);
    result_.no_speech_probability = ProbabilityAmongAll(logits.first(width), vocabulary_.no_speech());
    logits = logits.last(search_->inputs().front().wanted * width);
    own_input_.clear();
  }
  search_->Take(logits);
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
  const auto logit = [&](whisper_token token) { return logits[static_cast<std::size_t>(token)]; };
  whisper_token chosen = *std::max_element(candidates.begin(), candidates.end(),
                                           [&](auto a, auto b) { return logit(a) < logit(b); });
  const whisper_token expected =
      request_.expected_language.empty() ? -1 : vocabulary_.LanguageToken(request_.expected_language);
  const bool may_be_expected = std::find(candidates.begin(), candidates.end(), expected) != candidates.end();
  if (may_be_expected && logit(chosen) - logit(expected) < std::log(request_.other_language_odds)) {
    chosen = expected;
  }
  result_.language = vocabulary_.LanguageOf(chosen);
  result_.language_probability = SoftmaxAt(logits, candidates, chosen);
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
  if (vocabulary_.multilingual() && vocabulary_.LanguageToken(result_.language) < 0) {
    throw DecodeError("unknown language '" + result_.language + "'");
  }
  auto tokens = vocabulary_.StartTokens(result_.language, request_.task == Task::kTranslate);
  if (!request_.timestamps) tokens.push_back(vocabulary_.no_timestamps());
  return tokens;
}

void Generation::BeginText() {
  TextStart start{.input = PromptTokens(), .prefix = request_.prefix};
  const std::size_t start_position = start.input.size();
  const auto add = [&](const std::vector<whisper_token>& tokens) {
    start.input.insert(start.input.end(), tokens.begin(), tokens.end());
  };
  add(StartTokens());
  for (const auto* said : {&request_.earlier, &request_.prefix}) {
    for (const whisper_token token : *said) start.history = rules_.Continued(start.history, token);
    add(*said);
  }
  const auto room = sizes_.text_context - static_cast<std::int32_t>(start.input.size());
  start.budget = request_.max_tokens > 0 ? std::min(request_.max_tokens, room) : room;
  search_ = NewTextSearch(rules_, std::move(start), request_);
  own_input_.clear();
  if (request_.measure_no_speech && !search_->inputs().empty()) {
    // The first pass also gives the logits behind the start token.
    PassInput first = search_->inputs().front();
    first.wanted = first.tokens.size() - start_position;
    own_input_ = {first};
  }
}

DecodeResult Generation::Finish() {
  FoundText found = search_->Finish();
  std::vector<OutputToken> output;
  std::vector<OutputToken> text;
  for (std::size_t i = 0; i < found.tokens.size(); ++i) {
    output.push_back({found.tokens[i], found.log_probabilities[i]});
    if (output.back().id < vocabulary_.end()) text.push_back(output.back());
  }
  // As the reference counts: the end is one more token, and what was given is none.
  const std::size_t chosen = found.tokens.size() - request_.prefix.size() + 1;
  result_.average_log_probability = static_cast<float>(found.sum / static_cast<double>(chosen));
  result_.truncation = found.truncation;
  result_.tokens = std::move(found.tokens);
  result_.words = JoinWords(vocabulary_, text);
  if (request_.timestamps) result_.segments = CutAtTimestamps(vocabulary_, output);
  return std::move(result_);
}

}  // namespace theo
