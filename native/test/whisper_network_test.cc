#include <algorithm>
#include <atomic>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "check.h"
#include "stock_whisper.h"
#include "wav.h"
#include "whisper/decoder.h"
#include "whisper/model.h"

// Our network beside whisper.cpp's own, on the same weights.

namespace {

const std::string kWeights = THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin";
const std::atomic<bool> kNever = false;

std::shared_ptr<const theo::Model> DemoModel(bool int8) {
  return theo::Model::Load(kWeights, {.use_gpu = false, .int8 = int8});
}

theo::DecodeRequest Request(std::vector<float> samples, const std::string& language) {
  theo::DecodeRequest request;
  request.samples = std::move(samples);
  request.language = language;
  return request;
}

/// As much of the window as the audio needs, and silence behind it.
theo::DecodeRequest Padded(std::vector<float> samples, const std::string& language, theo::Padding padding) {
  theo::DecodeRequest request = Request(std::move(samples), language);
  request.audio_context = static_cast<std::int32_t>(request.samples.size() / 320) + 9;
  request.padding = padding;
  return request;
}

std::vector<whisper_token> TokensOf(const theo::DecodeResult& result) {
  std::vector<whisper_token> tokens;
  for (const theo::Word& word : result.words) {
    tokens.insert(tokens.end(), word.tokens.begin(), word.tokens.end());
  }
  return tokens;
}

struct Clip {
  std::string name;
  std::string language;
};
const std::vector<Clip> kClips = {
    {"en_01.wav", "en"}, {"en_05.wav", "en"}, {"pt_03.wav", "pt"}, {"pt_05.wav", "pt"}};

}  // namespace

TEST("at the full context, in the file's precision, the text is that of whisper_full") {
  const theo::test::StockWhisper stock(kWeights);
  theo::Decoder decoder(DemoModel(false));
  for (const Clip& clip : kClips) {
    const auto samples = theo::test::ReadSpeech(clip.name);
    theo::DecodeRequest request = Request(samples, clip.language);
    request.level = theo::Level::kAsRecorded;
    CHECK(TokensOf(decoder.Decode(request, kNever)) == stock.Transcribe(samples, clip.language));
  }
}

TEST("the int8 network, one level for all, and padded contexts give the same text for clear speech") {
  const theo::test::StockWhisper stock(kWeights);
  theo::Decoder decoder(DemoModel(true));
  for (const Clip& clip : kClips) {
    const auto samples = theo::test::ReadSpeech(clip.name);
    const auto expected = stock.Transcribe(samples, clip.language);
    CHECK(TokensOf(decoder.Decode(Request(samples, clip.language), kNever)) == expected);
    for (const auto padding : {theo::Padding::kExactSilence, theo::Padding::kPooledSilence}) {
      CHECK(TokensOf(decoder.Decode(Padded(samples, clip.language, padding), kNever)) == expected);
    }
  }
}

TEST("a draft changes neither the text nor a probability, whatever is in it") {
  const auto model = DemoModel(true);
  theo::Decoder decoder(model);
  std::mt19937 random(5);
  for (const Clip& clip : kClips) {
    theo::DecodeRequest request =
        Padded(theo::test::ReadSpeech(clip.name), clip.language, theo::Padding::kPooledSilence);
    const theo::DecodeResult plain = decoder.Decode(request, kNever);
    const auto tokens = TokensOf(plain);
    for (int round = 0; round < 8; ++round) {
      request.draft = tokens;
      if (round > 0) {
        // A few tokens wrong, a few too many, or cut short.
        std::uniform_int_distribution<std::size_t> place(0, tokens.size());
        request.draft.resize(place(random) + place(random) / 2, 11);
        if (!request.draft.empty()) request.draft[place(random) % request.draft.size()] = 300;
      }
      const theo::DecodeResult drafted = decoder.Decode(request, kNever);
      CHECK(TokensOf(drafted) == tokens);
      CHECK_EQ(drafted.average_log_probability, plain.average_log_probability);
      if (round == 0) CHECK_EQ(drafted.decoder_passes, 1);
    }
  }
}

TEST("the number of threads changes nothing") {
  theo::Decoder decoder(DemoModel(true));
  theo::DecodeRequest request =
      Padded(theo::test::ReadSpeech("pt_03.wav"), "pt", theo::Padding::kExactSilence);
  const theo::DecodeResult one = decoder.Decode(request, kNever);
  request.threads = 2;
  const theo::DecodeResult two = decoder.Decode(request, kNever);
  CHECK(TokensOf(two) == TokensOf(one));
  CHECK_EQ(two.average_log_probability, one.average_log_probability);
}

TEST("a growing utterance with a memory encodes what is new, and hears the same words") {
  const auto model = DemoModel(true);
  theo::Decoder decoder(model);
  const auto speech = theo::test::ReadSpeech("pt_03.wav");
  const auto memory = std::make_shared<theo::UtteranceMemory>(model->device(), model->dimensions());
  std::int32_t encoded = 0;
  theo::DecodeResult result;
  for (std::size_t heard = 16'000;; heard = std::min(heard + 4'800, speech.size())) {
    theo::DecodeRequest request =
        Padded({speech.begin(), speech.begin() + static_cast<std::ptrdiff_t>(heard)}, "pt",
               theo::Padding::kPooledSilence);
    request.memory = memory;
    result = decoder.Decode(request, kNever);
    encoded = result.encoded_positions;
    if (heard == speech.size()) break;
  }
  // 15 positions a hop, 100 of overlap, 9 of margin.
  CHECK(encoded <= 125);
  const auto whole = decoder.Decode(Padded(speech, "pt", theo::Padding::kPooledSilence), kNever);
  CHECK(whole.encoded_positions > 150);
  CHECK(TokensOf(result) == TokensOf(whole));
}

TEST("when the utterance becomes much louder, all of it is encoded anew") {
  const auto model = DemoModel(true);
  theo::Decoder decoder(model);
  auto speech = theo::test::ReadSpeech("pt_03.wav");
  std::transform(speech.begin(), speech.begin() + 24'000, speech.begin(), [](float x) { return 0.05F * x; });
  theo::DecodeRequest request =
      Padded({speech.begin(), speech.begin() + 24'000}, "pt", theo::Padding::kPooledSilence);
  request.memory = std::make_shared<theo::UtteranceMemory>(model->device(), model->dimensions());
  decoder.Decode(request, kNever);
  theo::DecodeRequest louder = Padded(speech, "pt", theo::Padding::kPooledSilence);
  louder.memory = request.memory;
  const auto result = decoder.Decode(louder, kNever);
  CHECK_EQ(result.encoded_positions, louder.audio_context);
  louder.memory = nullptr;
  CHECK(TokensOf(result) == TokensOf(decoder.Decode(louder, kNever)));
}

TEST("of a memory, nothing is used where other audio begins, however long or short that is") {
  const auto model = DemoModel(true);
  theo::Decoder decoder(model);
  const auto long_speech = theo::test::ReadSpeech("en_long.wav");
  const auto short_speech = theo::test::ReadSpeech("en_05.wav");
  const auto memory = std::make_shared<theo::UtteranceMemory>(model->device(), model->dimensions());
  const auto decode = [&](std::vector<float> samples) {
    theo::DecodeRequest request = Padded(std::move(samples), "en", theo::Padding::kPooledSilence);
    request.memory = memory;
    request.remembered_samples = 0;
    const auto heard = TokensOf(decoder.Decode(request, kNever));
    request.memory = nullptr;
    CHECK(heard == TokensOf(decoder.Decode(request, kNever)));
  };
  decode({long_speech.begin(), long_speech.begin() + 20 * 16'000});
  decode(short_speech);
  decode({short_speech.begin(), short_speech.begin() + 2'000});
  decode({short_speech.begin(), short_speech.begin() + 16'000});
}

TEST("of a memory, no more is used than the audio that both begin with") {
  const auto model = DemoModel(true);
  theo::Decoder decoder(model);
  const auto speech = theo::test::ReadSpeech("pt_03.wav");
  const auto other = theo::test::ReadSpeech("en_05.wav");
  constexpr std::ptrdiff_t kCommon = 40'000;
  std::vector<float> together(speech.begin(), speech.begin() + kCommon);
  together.insert(together.end(), other.begin(), other.end());
  theo::DecodeRequest request = Padded(together, "pt", theo::Padding::kPooledSilence);
  request.memory = std::make_shared<theo::UtteranceMemory>(model->device(), model->dimensions());
  decoder.Decode(request, kNever);

  request.samples = speech;
  request.remembered_samples = kCommon;
  const auto continued = decoder.Decode(request, kNever);
  // The overlap is encoded once more, and the rest for the first time.
  CHECK_EQ(continued.encoded_positions,
           request.audio_context - static_cast<std::int32_t>(kCommon / 320) + 100);
  request.memory = nullptr;
  CHECK(TokensOf(continued) == TokensOf(decoder.Decode(request, kNever)));
}

TEST("the same audio again is not encoded again, and gives the same bits") {
  const auto model = DemoModel(true);
  theo::Decoder decoder(model);
  theo::DecodeRequest request =
      Padded(theo::test::ReadSpeech("pt_03.wav"), "pt", theo::Padding::kExactSilence);
  const theo::DecodeResult expected = decoder.Decode(request, kNever);
  request.memory = std::make_shared<theo::UtteranceMemory>(model->device(), model->dimensions());
  const auto encoded = [&](const theo::DecodeRequest& asked) {
    const theo::DecodeResult result = decoder.Decode(asked, kNever);
    CHECK(result.tokens == expected.tokens);
    if (asked.padding == theo::Padding::kExactSilence && asked.audio_context == request.audio_context) {
      CHECK_EQ(result.average_log_probability, expected.average_log_probability);
    }
    return result.encoded_positions;
  };
  CHECK_EQ(encoded(request), request.audio_context);
  CHECK_EQ(encoded(request), 0);
  theo::DecodeRequest searched = request;
  searched.search = theo::BeamOptions{.beams = 1, .patience = 1.5F};
  searched.timestamps = false;
  CHECK_EQ(decoder.Decode(searched, kNever).encoded_positions, 0);

  theo::DecodeRequest other = request;
  other.remembered_samples = 0;
  CHECK_EQ(encoded(other), request.audio_context);
  CHECK_EQ(encoded(request), 0);
  other = request;
  other.padding = theo::Padding::kPooledSilence;
  CHECK(encoded(other) > 0);
  CHECK_EQ(encoded(other), 0);
  other.audio_context += 10;
  CHECK(encoded(other) > 0);
  other.level = theo::Level::kAsRecorded;
  CHECK(encoded(other) > 0);
  other.samples.push_back(0.0F);
  CHECK(encoded(other) > 0);
}

TEST("after a decode that was aborted, the same audio is encoded") {
  const auto model = DemoModel(true);
  theo::Decoder decoder(model);
  theo::DecodeRequest request =
      Padded(theo::test::ReadSpeech("pt_03.wav"), "pt", theo::Padding::kExactSilence);
  request.memory = std::make_shared<theo::UtteranceMemory>(model->device(), model->dimensions());
  const std::atomic<bool> abort = true;
  CHECK(decoder.Decode(request, abort).aborted);
  CHECK_EQ(decoder.Decode(request, kNever).encoded_positions, request.audio_context);
}

TEST("the text goes on behind what was said earlier, which is no part of it") {
  const auto model = DemoModel(true);
  theo::Decoder decoder(model);
  theo::DecodeRequest request =
      Padded(theo::test::ReadSpeech("pt_03.wav"), "pt", theo::Padding::kExactSilence);
  const auto whole = TokensOf(decoder.Decode(request, kNever));
  CHECK(whole.size() > 4);
  request.earlier.assign(whole.begin(), whole.begin() + 3);
  request.prefix.assign(whole.begin() + 3, whole.begin() + 4);
  CHECK(TokensOf(decoder.Decode(request, kNever)) ==
        std::vector<whisper_token>(whole.begin() + 3, whole.end()));
}

TEST("audio beyond the window is refused, shorter than a frame is heard as silence") {
  theo::Decoder decoder(DemoModel(true));
  CHECK(decoder.Decode(Padded(std::vector<float>(1), "en", theo::Padding::kPooledSilence), kNever)
            .encoded_positions > 0);
}

TEST("a draft of more tokens than go through at once changes nothing either") {
  theo::Decoder decoder(DemoModel(true));
  const auto speech = theo::test::ReadSpeech("en_long.wav");
  theo::DecodeRequest request =
      Padded({speech.begin(), speech.begin() + 24 * 16'000}, "en", theo::Padding::kExactSilence);
  const theo::DecodeResult plain = decoder.Decode(request, kNever);
  const auto tokens = TokensOf(plain);
  CHECK(tokens.size() > 33);
  for (const std::size_t wrong :
       {tokens.size(), tokens.size() - 3, std::size_t{32}, std::size_t{31}, std::size_t{5}}) {
    request.draft = tokens;
    if (wrong < tokens.size()) request.draft[wrong] = 300;
    const theo::DecodeResult drafted = decoder.Decode(request, kNever);
    CHECK(TokensOf(drafted) == tokens);
    CHECK_EQ(drafted.average_log_probability, plain.average_log_probability);
  }
}

TEST("the silent tail covers every position behind the audio once") {
  const auto model = DemoModel(true);
  const theo::Silence& silence = model->silence(1);
  const std::int32_t window = model->dimensions().audio_context;
  for (std::int32_t position = 1; position < window; position += 7) {
    for (const std::int32_t nearest : {0, 64, 256, window}) {
      const theo::SilentTail tail = silence.From(position, nearest);
      CHECK_EQ(tail.first_single, position);
      CHECK(tail.singles >= std::min(nearest, window - position));
      double positions = tail.singles;
      for (std::int32_t group = 0; group < tail.groups; ++group) {
        positions += std::exp(
            static_cast<double>(silence.group_bias()[static_cast<std::size_t>(tail.first_group + group)]));
      }
      CHECK_NEAR(positions, window - position, 0.01);
    }
  }
}

THEO_TEST_MAIN()
