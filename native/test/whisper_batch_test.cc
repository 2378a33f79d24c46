#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "check.h"
#include "wav.h"
#include "whisper/decoder.h"
#include "whisper/model.h"

// What is decoded together beside the same decoded alone. The environment variable THEO_TEST_MODEL names
// another model of several languages in place of theo-demo.

namespace {

using theo::DecodeOutcome;
using theo::DecodeRequest;
using theo::DecodeResult;

const std::atomic<bool> kNever = false;

std::shared_ptr<const theo::Model> DemoModel(bool int8 = true) {
  const char* path = std::getenv("THEO_TEST_MODEL");
  return theo::Model::Load(
      path != nullptr ? path : THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin",
      {.use_gpu = false, .int8 = int8});
}

std::vector<float> Speech(const std::string& clip, double seconds = 30.0) {
  auto samples = theo::test::ReadSpeech(clip);
  samples.resize(std::min(samples.size(), static_cast<std::size_t>(seconds * 16'000)));
  return samples;
}

DecodeRequest Request(std::vector<float> samples, const std::string& language,
                      theo::Padding padding = theo::Padding::kPooledSilence) {
  DecodeRequest request;
  request.samples = std::move(samples);
  request.language = language;
  request.audio_context = static_cast<std::int32_t>(request.samples.size() / 320) + 9;
  request.padding = padding;
  return request;
}

std::vector<whisper_token> TokensOf(const DecodeResult& result) {
  std::vector<whisper_token> tokens;
  for (const theo::Word& word : result.words) {
    tokens.insert(tokens.end(), word.tokens.begin(), word.tokens.end());
  }
  return tokens;
}

/// Decodes all of them together; each outcome must come once.
std::vector<DecodeOutcome> Together(theo::Decoder& decoder, const std::vector<DecodeRequest>& requests,
                                    const std::vector<std::atomic<bool>>& aborts) {
  std::vector<std::optional<DecodeOutcome>> outcomes(requests.size());
  decoder.Decode(requests, aborts, [&](std::size_t index, DecodeOutcome outcome) {
    CHECK(!outcomes[index].has_value());
    outcomes[index] = std::move(outcome);
  });
  std::vector<DecodeOutcome> all;
  for (auto& outcome : outcomes) {
    CHECK(outcome.has_value());
    all.push_back(outcome ? std::move(*outcome) : DecodeOutcome{});
  }
  return all;
}

std::vector<DecodeOutcome> Together(theo::Decoder& decoder, const std::vector<DecodeRequest>& requests) {
  return Together(decoder, requests, std::vector<std::atomic<bool>>(requests.size()));
}

/// Every number that the network had a part in.
void CheckSame(const DecodeResult& actual, const DecodeResult& expected) {
  CHECK(!actual.aborted);
  CHECK(TokensOf(actual) == TokensOf(expected));
  CHECK_EQ(actual.average_log_probability, expected.average_log_probability);
  CHECK_EQ(actual.language, expected.language);
  CHECK_EQ(actual.language_probability, expected.language_probability);
  CHECK(actual.no_speech_probability == expected.no_speech_probability);
  CHECK_EQ(static_cast<int>(actual.truncation), static_cast<int>(expected.truncation));
  CHECK_EQ(actual.segments.size(), expected.segments.size());
  CHECK_EQ(actual.encoded_positions, expected.encoded_positions);
  CHECK_EQ(actual.decoder_passes, expected.decoder_passes);
  CHECK_EQ(actual.decoder_tokens, expected.decoder_tokens);
}

/// Finals and partials of all lengths, with and without all that a request may carry.
std::vector<DecodeRequest> AllSorts(const theo::Model& model) {
  theo::Decoder decoder(DemoModel());
  std::vector<DecodeRequest> requests = {
      Request(Speech("en_01.wav"), "en"),
      Request(Speech("pt_03.wav"), "pt", theo::Padding::kExactSilence),
      Request(Speech("en_long.wav", 9.0), "en", theo::Padding::kExactSilence),
      Request(Speech("pt_05.wav", 0.4), "pt"),
      Request(Speech("en_05.wav"), ""),
      Request(Speech("pt_05.wav"), "pt"),
      Request(Speech("en_05.wav"), "en"),
      Request(std::vector<float>(100), "en"),
      Request(Speech("pt_03.wav"), "pt", theo::Padding::kExactSilence),
      Request(Speech("en_05.wav"), "en", theo::Padding::kExactSilence),
  };
  requests[1].measure_no_speech = true;
  requests[2].draft = TokensOf(decoder.Decode(requests[2], kNever));
  requests[2].draft[requests[2].draft.size() / 2] = 300;
  requests[2].threads = 2;
  requests[3].suppress_annotations = true;
  requests[4].languages = {"en", "pt"};
  requests[4].prompt = {300, 400, 500};
  const auto text = TokensOf(decoder.Decode(requests[5], kNever));
  requests[5].prefix = {text.begin(), text.begin() + 2};
  requests[5].draft = {text.begin() + 2, text.end()};
  requests[5].timestamps = true;
  requests[6].audio_context = 0;
  requests[6].max_tokens = 3;
  requests[7].memory = std::make_shared<theo::UtteranceMemory>(model.device(), model.dimensions());
  requests[8].search = theo::BeamOptions{.beams = 5, .patience = 2.0F};
  requests[8].length_penalty = 0.5F;
  requests[8].measure_no_speech = true;
  requests[9].search = theo::SamplingOptions{.temperature = 0.8F, .candidates = 3, .seed = 4};
  requests[9].timestamps = true;
  requests[9].prompt = {300, 400, 500};
  return requests;
}

}  // namespace

TEST("whatever goes together, each result is the one of a decode alone, to the last bit") {
  const auto model = DemoModel();
  const auto requests = AllSorts(*model);
  theo::Decoder alone(model);
  std::vector<DecodeResult> expected;
  for (const DecodeRequest& request : requests) expected.push_back(alone.Decode(request, kNever));
  theo::Decoder together(model);
  for (std::size_t size = 2; size <= requests.size(); ++size) {
    for (std::size_t first = 0; first < requests.size(); first += size == requests.size() ? size : 5) {
      std::vector<DecodeRequest> batch;
      for (std::size_t i = 0; i < size; ++i) batch.push_back(requests[(first + i) % requests.size()]);
      const auto outcomes = Together(together, batch);
      for (std::size_t i = 0; i < size; ++i) {
        CHECK_EQ(outcomes[i].error, std::string());
        CheckSame(outcomes[i].result, expected[(first + i) % requests.size()]);
      }
    }
  }
}

TEST("utterances grow together as they grow alone") {
  const auto model = DemoModel();
  const std::vector<std::pair<std::string, std::string>> clips = {
      {"pt_03.wav", "pt"}, {"en_long.wav", "en"}, {"en_05.wav", "en"}};
  const auto memories = [&] {
    std::vector<std::shared_ptr<theo::UtteranceMemory>> all(clips.size());
    for (auto& memory : all) {
      memory = std::make_shared<theo::UtteranceMemory>(model->device(), model->dimensions());
    }
    return all;
  };
  const auto kept_alone = memories();
  const auto kept_together = memories();
  theo::Decoder alone(model);
  theo::Decoder together(model);
  std::vector<std::vector<whisper_token>> drafts(clips.size());
  for (double seconds = 0.6; seconds < 4.0; seconds += 0.3) {
    std::vector<DecodeRequest> batch;
    std::vector<DecodeResult> expected;
    for (std::size_t i = 0; i < clips.size(); ++i) {
      // They began at different times.
      DecodeRequest request =
          Request(Speech(clips[i].first, seconds + 0.7 * static_cast<double>(i)), clips[i].second);
      request.suppress_annotations = true;
      request.draft = drafts[i];
      request.memory = kept_alone[i];
      expected.push_back(alone.Decode(request, kNever));
      drafts[i] = TokensOf(expected.back());
      request.memory = kept_together[i];
      batch.push_back(std::move(request));
    }
    const auto outcomes = Together(together, batch);
    for (std::size_t i = 0; i < clips.size(); ++i) CheckSame(outcomes[i].result, expected[i]);
  }
}

TEST("two of one utterance together: both are heard, one with the memory") {
  const auto model = DemoModel();
  theo::Decoder decoder(model);
  DecodeRequest request = Request(Speech("pt_03.wav"), "pt");
  const auto expected = TokensOf(decoder.Decode(request, kNever));
  request.memory = std::make_shared<theo::UtteranceMemory>(model->device(), model->dimensions());
  for (const DecodeOutcome& outcome : Together(decoder, {request, request})) {
    CHECK(TokensOf(outcome.result) == expected);
  }
}

TEST("batches that share memories take turns, whatever their order") {
  const auto model = DemoModel();
  const auto speech = Speech("en_01.wav", 0.5);
  std::vector<DecodeRequest> forward;
  for (int i = 0; i < 2; ++i) {
    forward.push_back(Request(speech, "en"));
    forward.back().memory = std::make_shared<theo::UtteranceMemory>(model->device(), model->dimensions());
  }
  const std::vector<DecodeRequest> backward(forward.rbegin(), forward.rend());
  const auto decode = [&](const std::vector<DecodeRequest>& requests) {
    theo::Decoder decoder(model);
    for (int round = 0; round < 20; ++round) Together(decoder, requests);
  };
  std::thread other([&] { decode(backward); });
  decode(forward);
  other.join();
}

TEST("what cannot be decoded fails alone") {
  const auto model = DemoModel();
  theo::Decoder decoder(model);
  const DecodeRequest good = Request(Speech("en_01.wav"), "en");
  DecodeRequest unknown = good;
  unknown.language = "qq";
  DecodeRequest too_long = good;
  too_long.samples.resize(30 * 16'000 + 1);
  const DecodeResult expected = decoder.Decode(good, kNever);
  const auto outcomes = Together(decoder, {unknown, good, too_long, good});
  CHECK(outcomes[0].error.find("'qq'") != std::string::npos);
  CHECK(outcomes[2].error.find("at most") != std::string::npos);
  CheckSame(outcomes[1].result, expected);
  CheckSame(outcomes[3].result, expected);
}

TEST("who is aborted leaves, the others go on; when all are, it ends") {
  const auto model = DemoModel();
  theo::Decoder decoder(model);
  const DecodeRequest request = Request(Speech("en_01.wav"), "en");
  const DecodeResult expected = decoder.Decode(request, kNever);
  std::vector<std::atomic<bool>> aborts(3);
  aborts[1] = true;
  const auto outcomes = Together(decoder, {request, request, request}, aborts);
  CHECK(outcomes[1].result.aborted);
  CheckSame(outcomes[0].result, expected);
  CheckSame(outcomes[2].result, expected);
  for (std::atomic<bool>& abort : aborts) abort = true;
  for (const DecodeOutcome& outcome : Together(decoder, {request, request, request}, aborts)) {
    CHECK(outcome.result.aborted);
  }
}

TEST("whoever is ready is answered before the others, and may be the reason that they are aborted") {
  const auto model = DemoModel();
  theo::Decoder decoder(model);
  DecodeRequest shorter = Request(Speech("en_01.wav"), "en");
  shorter.max_tokens = 2;
  const DecodeRequest longer = Request(Speech("en_long.wav", 9.0), "en");
  const DecodeResult expected = decoder.Decode(longer, kNever);
  const std::vector<DecodeRequest> requests = {longer, shorter, longer};
  std::vector<std::atomic<bool>> aborts(requests.size());
  std::vector<std::size_t> order;
  decoder.Decode(requests, aborts, [&](std::size_t index, const DecodeOutcome& outcome) {
    order.push_back(index);
    CHECK_EQ(outcome.result.aborted, index == 2);
    if (index == 0) CheckSame(outcome.result, expected);
    if (index == 1) {
      CHECK(outcome.result.truncation == theo::Truncation::kBudget);
      aborts[2] = true;
    }
  });
  CHECK(order == std::vector<std::size_t>({1, 2, 0}));
}

TEST("ggml's products hear the same words together and alone") {
  const auto model = DemoModel(false);
  theo::Decoder decoder(model);
  const std::vector<DecodeRequest> requests = {Request(Speech("en_01.wav"), "en"),
                                               Request(Speech("pt_03.wav"), "pt")};
  const auto outcomes = Together(decoder, requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const DecodeResult expected = decoder.Decode(requests[i], kNever);
    CHECK(TokensOf(outcomes[i].result) == TokensOf(expected));
    CHECK_NEAR(outcomes[i].result.average_log_probability, expected.average_log_probability, 0.01);
  }
}

THEO_TEST_MAIN()
