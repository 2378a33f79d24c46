#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "check.h"
#include "whisper/model.h"
#include "whisper/next_tokens.h"
#include "whisper/token_rules.h"

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kNothing = -std::numeric_limits<float>::infinity();

std::shared_ptr<const theo::Model> DemoModel() {
  return theo::Model::Load(THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin", {});
}

const theo::Vocabulary& Vocabulary() {
  static const auto model = DemoModel();
  return model->vocabulary();
}

std::vector<float> RandomLogits(std::mt19937& random) {
  static const auto size = static_cast<std::size_t>(DemoModel()->dimensions().vocabulary);
  std::normal_distribution<float> normal(0.0F, 3.0F);
  std::vector<float> logits(size);
  for (float& logit : logits) logit = normal(random);
  return logits;
}

std::vector<float> RandomLogits(std::uint32_t seed) {
  std::mt19937 random(seed);
  return RandomLogits(random);
}

theo::TokenRules Rules(const theo::DecodeRequest& request = {}) {
  return {Vocabulary(), request};
}

theo::TokenHistory History(const theo::TokenRules& rules, const std::vector<whisper_token>& tokens) {
  theo::TokenHistory history;
  for (const whisper_token token : tokens) history = rules.Continued(history, token);
  return history;
}

/// Log-probabilities by the rules of the reference decoder, filter after filter over all logits.
std::vector<double> Reference(std::vector<float> logits, const theo::DecodeRequest& request,
                              const std::vector<whisper_token>& text) {
  const auto begin = static_cast<std::size_t>(Vocabulary().first_timestamp());
  const auto end = static_cast<std::size_t>(Vocabulary().end());
  const auto forbid = [&](std::size_t from, std::size_t to) {
    for (std::size_t id = from; id < to; ++id) logits[id] = kNothing;
  };
  for (const whisper_token token : request.suppressed) {
    forbid(static_cast<std::size_t>(token), static_cast<std::size_t>(token) + 1);
  }
  forbid(end + 1, begin);  // special tokens
  if (text.empty()) {
    const auto space = static_cast<std::size_t>(Vocabulary().Tokenize(" ").front());
    forbid(space, space + 1);
    forbid(end, end + 1);
  }
  if (!request.timestamps) {
    forbid(begin, logits.size());
  } else {
    const auto is_timestamp = [&](whisper_token token) { return token >= Vocabulary().first_timestamp(); };
    const bool last_was = !text.empty() && is_timestamp(text.back());
    const bool penultimate_was = text.size() < 2 || is_timestamp(text[text.size() - 2]);
    if (last_was && penultimate_was) forbid(begin, logits.size());
    if (last_was && !penultimate_was) forbid(0, end);
    const auto latest = std::find_if(text.rbegin(), text.rend(), is_timestamp);
    if (latest != text.rend()) {
      const auto first = static_cast<std::size_t>(*latest) + (last_was && !penultimate_was ? 0 : 1);
      forbid(begin, std::min(first, logits.size()));
    }
    if (text.empty()) {
      forbid(0, begin);
      const double allowed = std::round(static_cast<double>(request.latest_first_timestamp_seconds) / 0.02);
      if (allowed < 1501) forbid(begin + static_cast<std::size_t>(allowed) + 1, logits.size());
    }
  }
  const auto log_sum = [](auto first, auto last) {
    const double highest = *std::max_element(first, last);
    double sum = 0.0;
    for (auto it = first; it != last; ++it) sum += std::exp(*it - highest);
    return highest + std::log(sum);
  };
  const auto log_softmax = [&] {
    std::vector<double> probabilities(logits.begin(), logits.end());
    const double sum = log_sum(probabilities.begin(), probabilities.end());
    for (double& value : probabilities) value -= sum;
    return probabilities;
  };
  std::vector<double> probabilities = log_softmax();
  const auto timestamps = probabilities.begin() + static_cast<std::ptrdiff_t>(begin);
  const double likeliest_text = *std::max_element(probabilities.begin(), timestamps);
  const bool any_timestamp = *std::max_element(timestamps, probabilities.end()) > kNothing;
  if (any_timestamp && log_sum(timestamps, probabilities.end()) > likeliest_text) {
    forbid(0, begin);
    return log_softmax();
  }
  return probabilities;
}

}  // namespace

TEST("random logits behind random texts: the tokens and probabilities of the reference's filters") {
  std::mt19937 random(11);
  const whisper_token begin = Vocabulary().first_timestamp();
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution(low, high)(random); };
  for (int round = 0; round < 120; ++round) {
    theo::DecodeRequest request;
    request.timestamps = round % 4 != 0;
    request.latest_first_timestamp_seconds = static_cast<float>(pick(0, 3)) * 0.5F;
    if (round % 5 == 0) request.latest_first_timestamp_seconds = std::numeric_limits<float>::infinity();
    for (int i = pick(0, 90); i > 0; --i) request.suppressed.push_back(pick(0, begin - 1));
    std::vector<whisper_token> text;
    if (request.timestamps && pick(0, 5) > 0) {
      text.push_back(begin + pick(0, 20));
      for (int i = pick(0, 2); i > 0; --i) text.push_back(pick(0, 50'000));
      if (text.size() > 1 && pick(0, 1) == 1) text.push_back(begin + pick(21, 1500));
      if (text.back() > begin && text.size() > 1 && pick(0, 1) == 1) text.push_back(text.back());
    } else if (!request.timestamps) {
      for (int i = pick(0, 2); i > 0; --i) text.push_back(pick(0, 50'000));
    }
    std::vector<float> logits = RandomLogits(random);
    // Times that are likely together, or one by one, or not at all.
    const auto lift = static_cast<float>(pick(-2, 4));
    for (std::size_t id = static_cast<std::size_t>(begin); id < logits.size(); ++id) logits[id] += lift;
    const auto expected = Reference(logits, request, text);

    const theo::TokenRules rules = Rules(request);
    theo::NextTokens next = rules.Follow(History(rules, text), logits);
    std::set<whisper_token> allowed;
    for (const theo::TokenRange range : next.ranges()) {
      for (whisper_token id = range.first; id < range.last; ++id) {
        if (logits[static_cast<std::size_t>(id)] > kNothing) allowed.insert(id);
      }
    }
    for (std::size_t id = 0; id < expected.size(); ++id) {
      const auto token = static_cast<whisper_token>(id);
      CHECK_EQ(allowed.contains(token), expected[id] > kNothing);
      if (allowed.contains(token)) CHECK_NEAR(next.Choose(token).log_probability, expected[id], 2e-4);
    }
    for (int rank = 0; rank < 6 && !next.empty(); ++rank, next.RemoveLikeliest()) {
      std::vector<double> sorted = expected;
      std::nth_element(sorted.begin(), sorted.begin() + rank, sorted.end(), std::greater<>());
      CHECK_NEAR(next.Choose(next.likeliest()).log_probability, sorted[static_cast<std::size_t>(rank)], 2e-4);
    }
  }
}

TEST("the first of equals is the likeliest, and NaN never is") {
  auto logits = RandomLogits(1);
  logits[40] = kNan;
  logits[5000] = logits[41] = logits[31000] = 50.0F;
  const theo::TokenRules rules = Rules();
  const theo::TokenHistory history = History(rules, {0});
  CHECK_EQ(rules.Follow(history, logits).likeliest(), 41);
  std::fill(logits.begin(), logits.end(), kNan);
  CHECK(rules.Follow(history, logits).empty());
}

TEST("the text does not begin with a space alone or with its end") {
  auto logits = RandomLogits(2);
  const whisper_token space = Vocabulary().Tokenize(" ").front();
  logits[static_cast<std::size_t>(space)] = 60.0F;
  logits[static_cast<std::size_t>(Vocabulary().end())] = 50.0F;
  logits[100] = 40.0F;
  const theo::TokenRules rules = Rules();
  auto first = logits;
  CHECK_EQ(rules.Follow({}, first).likeliest(), 100);
  CHECK_EQ(rules.Follow(History(rules, {100}), logits).likeliest(), space);
}

TEST("annotations are suppressed when they are not wanted") {
  theo::DecodeRequest request;
  request.suppress_annotations = true;
  const whisper_token bracket = Vocabulary().annotation_openers().front();
  auto logits = RandomLogits(3);
  logits[static_cast<std::size_t>(bracket)] = 50.0F;
  auto free = logits;
  CHECK_EQ(Rules().Follow({}, free).likeliest(), bracket);
  CHECK(Rules(request).Follow({}, logits).likeliest() != bracket);
}

TEST("draws come as often as the tempered probabilities say, and report the untempered ones") {
  std::vector<float> logits(static_cast<std::size_t>(DemoModel()->dimensions().vocabulary), kNothing);
  const std::vector<std::pair<whisper_token, float>> given = {{7, 2.0F}, {600, 1.0F}, {40'000, 0.0F}};
  for (const auto& [id, logit] : given) logits[static_cast<std::size_t>(id)] = logit;
  const theo::TokenRules rules = Rules();
  const theo::NextTokens next = rules.Follow(History(rules, {0}), logits);
  for (const double temperature : {0.5, 1.0, 2.0}) {
    theo::TokenDraw draw(static_cast<float>(temperature));
    double total = 0.0;
    for (const auto& [id, logit] : given) total += std::exp(static_cast<double>(logit) / temperature);
    double reached = 0.0;
    for (const auto& [id, logit] : given) {
      const double share = std::exp(static_cast<double>(logit) / temperature) / total;
      for (const double place : {0.01, 0.5, 0.99}) {
        const theo::ChosenToken drawn = draw(next, reached + place * share);
        CHECK_EQ(drawn.id, id);
        CHECK_EQ(drawn.log_probability, next.Choose(id).log_probability);
      }
      reached += share;
    }
  }
  theo::TokenDraw cold(1e-4F);
  CHECK_EQ(cold(next, 0.999).id, 7);
}

THEO_TEST_MAIN()
