#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "wav.h"
#include "whisper/beam_search.h"
#include "whisper/decoder.h"
#include "whisper/greedy_search.h"
#include "whisper/model.h"
#include "whisper/row_keeper.h"
#include "whisper/sampling_search.h"
#include "whisper/text_search.h"

// Searches beside a plain one, over a model whose logits are random, but the same behind the same tokens; and
// over theo-demo.

namespace {

using Tokens = std::vector<whisper_token>;

const std::atomic<bool> kNever = false;

std::shared_ptr<const theo::Model> DemoModel() {
  return theo::Model::Load(THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin", {});
}

const theo::Vocabulary& Vocabulary() {
  static const auto model = DemoModel();
  return model->vocabulary();
}

constexpr float kNothing = -std::numeric_limits<float>::infinity();

/// Twenty tokens may follow any others, and the end.
std::vector<float> MadeUpLogits(const Tokens& before, std::uint32_t seed) {
  static const auto size = static_cast<std::size_t>(DemoModel()->dimensions().vocabulary);
  std::vector<std::uint32_t> numbers = {seed};
  for (const whisper_token token : before) numbers.push_back(static_cast<std::uint32_t>(token));
  std::seed_seq sequence(numbers.begin(), numbers.end());
  std::mt19937 random(sequence);
  std::normal_distribution<float> normal(0.0F, 1.5F);
  std::vector<float> logits(size, kNothing);
  for (std::size_t id = 100; id < 120; ++id) logits[id] = normal(random);
  logits[static_cast<std::size_t>(Vocabulary().end())] = normal(random) + 1.0F;
  return logits;
}

/// The rows of tokens, as a pass of the decoder sees them.
class MadeUpDecoder {
 public:
  MadeUpDecoder(std::size_t texts, std::uint32_t seed) : rows_(texts), seed_(seed) {}

  theo::FoundText Run(theo::TextSearch& search) {
    for (; !search.inputs().empty(); ++passes_) {
      std::vector<float> logits;
      std::set<std::size_t> written;
      for (const theo::PassInput& input : search.inputs()) {
        Tokens& rows = rows_[input.rows];
        const auto position = static_cast<std::size_t>(input.position);
        if (input.inherits()) {
          const Tokens& source = rows_[input.heir_of];
          rows.resize(position);
          const auto first = static_cast<std::ptrdiff_t>(input.inherited_from);
          std::copy(source.begin() + first, source.begin() + input.position, rows.begin() + first);
          copied_ += position - static_cast<std::size_t>(first);
        }
        CHECK(written.insert(input.rows).second);
        rows.resize(position);
        rows.insert(rows.end(), input.tokens.begin(), input.tokens.end());
        for (std::size_t left = input.wanted; left > 0; --left) {
          const auto row =
              MadeUpLogits({rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(left) + 1}, seed_);
          logits.insert(logits.end(), row.begin(), row.end());
        }
      }
      search.Take(logits);
    }
    return search.Finish();
  }

  /// Rows that were copied, and passes.
  [[nodiscard]] std::size_t copied() const { return copied_; }
  [[nodiscard]] std::size_t passes() const { return passes_; }

 private:
  std::vector<Tokens> rows_;
  std::uint32_t seed_;
  std::size_t copied_ = 0;
  std::size_t passes_ = 0;
};

theo::TextStart Start(std::int32_t budget) {
  return {.input = {1, 2, 3}, .prefix = {}, .history = {}, .budget = budget};
}

struct Ended {
  Tokens text;
  double sum = 0.0;
};

/// The reference's beam search, with no thought of cost.
Ended PlainBeamSearch(const theo::TokenRules& rules, std::size_t beams, std::size_t enough, int budget,
                      const theo::Ranking& ranking, std::uint32_t seed) {
  std::vector<Ended> live = {{}};
  std::vector<Ended> finished;
  while (budget-- > 0 && finished.size() < enough) {
    std::vector<Ended> all;
    for (const Ended& beam : live) {
      Tokens before = {1, 2, 3};
      before.insert(before.end(), beam.text.begin(), beam.text.end());
      theo::TokenHistory history;
      for (const whisper_token token : beam.text) history = rules.Continued(history, token);
      auto logits = MadeUpLogits(before, seed);
      theo::NextTokens next = rules.Follow(history, logits);
      for (std::size_t i = 0; i < beams + 1; ++i, next.RemoveLikeliest()) {
        const theo::ChosenToken token = next.Choose(next.likeliest());
        Tokens text = beam.text;
        text.push_back(token.id);
        all.push_back({text, beam.sum + static_cast<double>(token.log_probability)});
      }
    }
    std::stable_sort(all.begin(), all.end(), [](const Ended& a, const Ended& b) { return a.sum > b.sum; });
    live.clear();
    for (const Ended& each : all) {
      if (live.size() == beams) break;
      if (each.text.back() != Vocabulary().end()) {
        live.push_back(each);
      } else if (finished.size() < enough) {
        finished.push_back({{each.text.begin(), each.text.end() - 1}, each.sum});
      }
    }
  }
  for (const Ended& each : live) {
    if (finished.size() < beams) finished.push_back(each);
  }
  return *std::max_element(finished.begin(), finished.end(), [&](const Ended& a, const Ended& b) {
    return ranking.Score(a.sum, a.text.size()) < ranking.Score(b.sum, b.text.size());
  });
}

theo::DecodeRequest Speech(const std::string& clip, const std::string& language) {
  theo::DecodeRequest request;
  request.samples = theo::test::ReadSpeech(clip);
  request.samples.resize(std::min<std::size_t>(request.samples.size(), 9 * 16'000));
  request.language = language;
  request.audio_context = static_cast<std::int32_t>(request.samples.size() / 320) + 9;
  request.padding = theo::Padding::kExactSilence;
  return request;
}

}  // namespace

TEST("beam search finds the texts of a plain one, whatever the beams, the patience and the ranking") {
  const theo::TokenRules rules(Vocabulary(), {});
  int texts = 0;
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    for (const std::int32_t beams : {1, 2, 5, 8}) {
      for (const float patience : {1.0F, 1.5F, 2.0F}) {
        const std::optional<float> penalty = seed % 2 == 0 ? std::optional<float>(0.8F) : std::nullopt;
        const theo::Ranking ranking(penalty);
        theo::BeamSearch search(rules, Start(9), {.beams = beams, .patience = patience}, ranking);
        const auto width = static_cast<std::size_t>(beams);
        MadeUpDecoder decoder(width, seed);
        const theo::FoundText found = decoder.Run(search);
        const auto enough = static_cast<std::size_t>(std::nearbyint(static_cast<float>(beams) * patience));
        const Ended expected = PlainBeamSearch(rules, width, enough, 9, ranking, seed);
        CHECK(found.tokens == expected.text);
        CHECK_NEAR(found.sum, expected.sum, 1e-9);
        texts += found.tokens.size() > 1 ? 1 : 0;
      }
    }
  }
  CHECK_BELOW(20, texts);
}

TEST("one beam is the greedy search") {
  const theo::TokenRules rules(Vocabulary(), {});
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    theo::GreedySearch greedy(rules, Start(30), {});
    theo::BeamSearch beam(rules, Start(30), {.beams = 1, .patience = 1.0F}, theo::Ranking(std::nullopt));
    const theo::FoundText expected = MadeUpDecoder(1, seed).Run(greedy);
    const theo::FoundText found = MadeUpDecoder(1, seed).Run(beam);
    CHECK(found.tokens == expected.tokens);
    CHECK(found.log_probabilities == expected.log_probabilities);
    CHECK_EQ(found.sum, expected.sum);
    CHECK(found.truncation == expected.truncation);
  }
}

TEST("of a text that goes on elsewhere, only the rows that differ are copied") {
  const theo::TokenRules rules(Vocabulary(), {});
  theo::TextStart start = Start(40);
  start.input.assign(200, 1);
  theo::BeamSearch search(rules, std::move(start), {.beams = 5, .patience = 10.0F},
                          theo::Ranking(std::nullopt));
  MadeUpDecoder decoder(5, 3);
  decoder.Run(search);
  CHECK_BELOW(5U, decoder.passes());
  // The prompt once for each of the other four; then the few last tokens.
  CHECK_BELOW(799U, decoder.copied());
  CHECK_BELOW(decoder.copied(), 800 + 4 * 8 * decoder.passes());
}

TEST("rows are inherited from the first token on that differs") {
  theo::RowKeeper rows(2, 16);
  rows.Add(0, Tokens{1, 2, 3});
  CHECK_EQ(rows.Inherit(1, 0), 0);
  rows.Add(0, Tokens{4});
  rows.Add(1, Tokens{5});
  rows.Add(0, Tokens{6});
  CHECK_EQ(rows.position(1), 4);
  CHECK_EQ(rows.Inherit(1, 0), 3);
  CHECK_EQ(rows.position(1), 5);
  CHECK_EQ(rows.Inherit(1, 0), 5);
}

TEST("beams that have not ended within the budget are cut there") {
  theo::DecodeRequest request;
  request.suppressed = {Vocabulary().end()};
  const theo::TokenRules rules(Vocabulary(), request);
  theo::BeamSearch search(rules, Start(4), {.beams = 3, .patience = 1.0F}, theo::Ranking(std::nullopt));
  const theo::FoundText found = MadeUpDecoder(3, 1).Run(search);
  CHECK_EQ(found.tokens.size(), 4U);
  CHECK(found.truncation == theo::Truncation::kBudget);
  theo::BeamSearch none(rules, Start(0), {.beams = 3, .patience = 1.0F}, theo::Ranking(std::nullopt));
  CHECK(none.inputs().empty());
  CHECK(none.Finish().truncation == theo::Truncation::kBudget);
}

TEST("a beam that repeats itself ends there, without what it repeats") {
  theo::DecodeRequest request;
  request.suppressed = {Vocabulary().end()};
  for (whisper_token token = 101; token < 120; ++token) request.suppressed.push_back(token);
  const theo::TokenRules rules(Vocabulary(), request);
  theo::BeamSearch search(rules, Start(40), {.beams = 2, .patience = 1.0F}, theo::Ranking(std::nullopt));
  const theo::FoundText found = MadeUpDecoder(2, 1).Run(search);
  CHECK(found.tokens == Tokens{100});
  CHECK(found.truncation == theo::Truncation::kLoop);
}

TEST(
    "what a seed draws does not depend on how many texts are drawn, and more of them are never less likely") {
  const theo::TokenRules rules(Vocabulary(), {});
  const theo::Ranking ranking(std::nullopt);
  std::set<Tokens> texts;
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    double best = -1e9;
    for (std::int32_t candidates = 1; candidates <= 6; ++candidates) {
      std::array<theo::FoundText, 2> found;
      for (theo::FoundText& each : found) {
        theo::SamplingSearch search(rules, Start(30),
                                    {.temperature = 1.0F, .candidates = candidates, .seed = seed}, ranking);
        each = MadeUpDecoder(static_cast<std::size_t>(candidates), 5).Run(search);
      }
      CHECK(found[0].tokens == found[1].tokens);
      const double score = ranking.Score(found[0].sum, found[0].tokens.size());
      CHECK(score >= best);
      best = score;
      if (candidates == 1) texts.insert(found[0].tokens);
    }
  }
  CHECK_BELOW(5U, texts.size());
}

TEST("a length penalty prefers longer texts the more, the larger it is") {
  const theo::Ranking none(std::nullopt);
  CHECK_EQ(none.Score(-6.0, 3), -2.0);
  CHECK_EQ(none.Score(-6.0, 0), -6.0);
  CHECK_EQ(theo::Ranking(0.0F).Score(-6.0, 30), -6.0);
  CHECK_NEAR(theo::Ranking(1.0F).Score(-6.0, 7), -3.0, 1e-12);
  CHECK(theo::Ranking(1.0F).Score(-6.0, 9) > theo::Ranking(1.0F).Score(-5.0, 4));
}

TEST("on speech, more beams find a text that is as likely or likelier, and one is greedy") {
  theo::Decoder decoder(DemoModel());
  const std::vector<std::pair<std::string, std::string>> clips = {
      {"en_05.wav", "en"}, {"pt_03.wav", "pt"}, {"en_long.wav", "en"}};
  for (const auto& [clip, language] : clips) {
    theo::DecodeRequest request = Speech(clip, language);
    const theo::DecodeResult greedy = decoder.Decode(request, kNever);
    const auto score = [](const theo::DecodeResult& result) {
      const auto tokens = static_cast<double>(result.tokens.size());
      return static_cast<double>(result.average_log_probability) * (tokens + 1.0) / tokens;
    };
    // Just more than 1: beam search by its own way, with one beam.
    request.search = theo::BeamOptions{.beams = 1, .patience = 1.01F};
    const theo::DecodeResult one = decoder.Decode(request, kNever);
    CHECK(one.tokens == greedy.tokens);
    CHECK_EQ(one.average_log_probability, greedy.average_log_probability);
    CHECK_EQ(one.decoder_passes, greedy.decoder_passes);
    request.search = theo::BeamOptions{.beams = 5};
    CHECK(score(decoder.Decode(request, kNever)) >= score(greedy) - 1e-6);
    request.search = theo::SamplingOptions{.temperature = 0.0F, .candidates = 5};
    CHECK(decoder.Decode(request, kNever).tokens == greedy.tokens);
  }
}

TEST("texts that are drawn from speech are the same for the same seed") {
  theo::Decoder decoder(DemoModel());
  theo::DecodeRequest request = Speech("pt_03.wav", "pt");
  const auto draw = [&](std::uint32_t seed) {
    request.search = theo::SamplingOptions{.temperature = 2.0F, .candidates = 2, .seed = seed};
    request.max_tokens = 30;
    return decoder.Decode(request, kNever).tokens;
  };
  const Tokens first = draw(1);
  CHECK(draw(1) == first);
  CHECK(draw(2) != first);
}

TEST("a search that is aborted says so, and the decoder goes on") {
  theo::Decoder decoder(DemoModel());
  theo::DecodeRequest request = Speech("pt_03.wav", "pt");
  request.search = theo::BeamOptions{.beams = 4};
  const Tokens whole = decoder.Decode(request, kNever).tokens;
  std::atomic<bool> abort = true;
  CHECK(decoder.Decode(request, abort).aborted);
  CHECK(decoder.Decode(request, kNever).tokens == whole);
}

THEO_TEST_MAIN()
