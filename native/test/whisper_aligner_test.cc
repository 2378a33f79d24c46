#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <vector>

#include "check.h"
#include "wav.h"
#include "whisper/decoder.h"
#include "whisper/error.h"
#include "whisper/model.h"

// Words' times from the network to the result, on speech whose pauses are known.

namespace {

const std::string kWeights = THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin";
const std::atomic<bool> kNever = false;
constexpr std::size_t kSecond = 16'000;

std::shared_ptr<const theo::Model> DemoModel() {
  return theo::Model::Load(kWeights, {});
}

theo::DecodeRequest Request(std::vector<float> samples) {
  theo::DecodeRequest request;
  request.samples = std::move(samples);
  request.language = "en";
  request.audio_context = static_cast<std::int32_t>(request.samples.size() / 320) + 9;
  request.padding = theo::Padding::kExactSilence;
  request.time_words = true;
  return request;
}

void CheckInOrder(const theo::DecodeResult& result, std::size_t samples) {
  CHECK(!result.words.empty());
  float last = 0.0F;
  for (const theo::Word& word : result.words) {
    CHECK(word.time.has_value());
    if (!word.time) return;
    CHECK(word.time->start_seconds >= last);
    CHECK(word.time->end_seconds >= word.time->start_seconds);
    last = word.time->end_seconds;
  }
  CHECK(last <= static_cast<float>(samples) / kSecond);
}

/// Where the sound of a recording begins: its first sample that is louder than -40 dB.
float Onset(const std::vector<float>& samples) {
  const auto loud = std::ranges::find_if(samples, [](float sample) { return std::abs(sample) > 0.01F; });
  return static_cast<float>(loud - samples.begin()) / kSecond;
}

}  // namespace

TEST("all words are timed, in order and inside the audio") {
  theo::Decoder decoder(DemoModel());
  for (const char* clip : {"en_01.wav", "en_02.wav", "en_05.wav", "en_10.wav"}) {
    const auto samples = theo::test::ReadSpeech(clip);
    const auto result = decoder.Decode(Request(samples), kNever);
    CheckInOrder(result, samples.size());
    CHECK(result.align_ms > 0.0);
  }
}

TEST("where no times are asked for, there are none") {
  theo::Decoder decoder(DemoModel());
  theo::DecodeRequest request = Request(theo::test::ReadSpeech("en_01.wav"));
  request.time_words = false;
  for (const theo::Word& word : decoder.Decode(request, kNever).words) CHECK(!word.time);
}

TEST("the words after a pause begin after it") {
  theo::Decoder decoder(DemoModel());
  auto samples = theo::test::ReadSpeech("en_01.wav");
  const auto first = decoder.Decode(Request(samples), kNever);
  const std::size_t before = samples.size();
  const auto second = theo::test::ReadSpeech("en_05.wav");
  samples.resize(before + kSecond);
  samples.insert(samples.end(), second.begin(), second.end());
  const auto both = decoder.Decode(Request(samples), kNever);
  CheckInOrder(both, samples.size());
  CHECK(both.words.size() > first.words.size());
  const float begins = static_cast<float>(before + kSecond) / kSecond + Onset(second);
  for (std::size_t i = 0; i < both.words.size(); ++i) {
    const theo::WordTime time = both.words[i].time.value_or(theo::WordTime{});
    if (i < first.words.size()) {
      CHECK_BELOW(time.start_seconds, static_cast<float>(before) / kSecond);
    } else {
      CHECK(time.end_seconds > begins);
      if (i > first.words.size()) CHECK(time.start_seconds > begins);
    }
  }
}

TEST("a text that goes on behind earlier text gives the same times as the whole text") {
  theo::Decoder decoder(DemoModel());
  const auto samples = theo::test::ReadSpeech("en_05.wav");
  const auto whole = decoder.Decode(Request(samples), kNever);
  theo::DecodeRequest request = Request(samples);
  const std::size_t half = whole.words.size() / 2;
  for (std::size_t i = 0; i < half; ++i) {
    request.earlier.insert(request.earlier.end(), whole.words[i].tokens.begin(), whole.words[i].tokens.end());
  }
  const auto rest = decoder.Decode(request, kNever);
  CHECK_EQ(rest.words.size(), whole.words.size() - half);
  for (std::size_t i = 1; i < std::min(rest.words.size(), whole.words.size() - half); ++i) {
    CHECK_NEAR(rest.words[i].time->start_seconds, whole.words[half + i].time->start_seconds, 1e-4);
    CHECK_NEAR(rest.words[i].time->end_seconds, whole.words[half + i].time->end_seconds, 1e-4);
  }
}

TEST("texts that are decoded together have the times that each has alone") {
  theo::Decoder decoder(DemoModel());
  std::vector<theo::DecodeRequest> requests;
  for (const char* clip : {"en_01.wav", "en_05.wav", "en_01.wav", "en_10.wav"}) {
    requests.push_back(Request(theo::test::ReadSpeech(clip)));
  }
  requests[2].time_words = false;
  const std::vector<std::atomic<bool>> aborts(requests.size());
  std::vector<theo::DecodeOutcome> together(requests.size());
  decoder.Decode(requests, aborts,
                 [&](std::size_t i, theo::DecodeOutcome outcome) { together[i] = std::move(outcome); });
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto alone = decoder.Decode(requests[i], kNever);
    CHECK_EQ(together[i].error, std::string());
    CHECK_EQ(together[i].result.words.size(), alone.words.size());
    for (std::size_t j = 0; j < alone.words.size(); ++j) {
      const auto& a = together[i].result.words[j].time;
      const auto& b = alone.words[j].time;
      CHECK_EQ(a.has_value(), b.has_value());
      if (a && b) CHECK_NEAR(a->start_seconds, b->start_seconds, 0.021);
    }
  }
}

TEST("a text that fills the model's context is timed, too") {
  theo::Decoder decoder(DemoModel());
  theo::DecodeRequest request = Request(theo::test::ReadSpeech("en_05.wav"));
  const auto word = DemoModel()->vocabulary().Tokenize(" hello");
  const auto most = static_cast<std::size_t>(DemoModel()->dimensions().text_context / 2);
  while (request.prefix.size() + word.size() <= most) {
    request.prefix.insert(request.prefix.end(), word.begin(), word.end());
  }
  CheckInOrder(decoder.Decode(request, kNever), request.samples.size());
}

TEST("a model without such a head is told apart from one that cannot be read") {
  try {
    theo::Model::Load(kWeights, {.alignment_heads = {{99, 0}}});
    CHECK(false);
  } catch (const theo::ModelFileError& error) {
    CHECK(std::string(error.what()).find("no alignment head [99, 0]") != std::string::npos);
  }
}

THEO_TEST_MAIN()
