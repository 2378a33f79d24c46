#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "check.h"
#include "wav.h"
#include "whisper/decoder.h"
#include "whisper/model.h"

// The same graphs on a GPU and on the CPU. Where there is no GPU the CPU is compared with itself. The
// environment variable THEO_TEST_MODEL names a model of English in place of theo-demo, whose heads are too
// small for GPUs.

namespace {

const std::atomic<bool> kNever = false;

std::string WeightsPath() {
  const char* path = std::getenv("THEO_TEST_MODEL");
  return path != nullptr ? path : THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin";
}

std::string Text(const theo::DecodeResult& result) {
  std::string text;
  for (const theo::Word& word : result.words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

}  // namespace

TEST("a GPU hears what the CPU hears: whole windows, padded ones, growing utterances, with drafts") {
  const auto gpu = theo::Model::Load(WeightsPath(), {.use_gpu = true, .int8 = true});
  const auto cpu = theo::Model::Load(WeightsPath(), {.use_gpu = false, .int8 = false});
  std::printf("      %s\n", gpu->device().name().c_str());
  theo::Decoder on_gpu(gpu);
  theo::Decoder on_cpu(cpu);
  for (const char* clip : {"en_01.wav", "en_05.wav", "en_10.wav"}) {
    const auto speech = theo::test::ReadSpeech(clip);
    theo::DecodeRequest request;
    request.samples = speech;
    request.language = "en";
    request.threads = 1;
    request.max_tokens = 60;
    for (const auto padding :
         {theo::Padding::kNothing, theo::Padding::kExactSilence, theo::Padding::kPooledSilence}) {
      request.padding = padding;
      request.audio_context =
          padding == theo::Padding::kNothing ? 0 : static_cast<std::int32_t>(speech.size() / 320) + 9;
      request.draft.clear();
      const auto expected = on_cpu.Decode(request, kNever);
      const auto heard = on_gpu.Decode(request, kNever);
      CHECK_EQ(Text(heard), Text(expected));
      // Quantized weights are multiplied with activations that each device rounds in its own way.
      CHECK_NEAR(heard.average_log_probability, expected.average_log_probability, 0.1);
      for (const theo::Word& word : heard.words) {
        request.draft.insert(request.draft.end(), word.tokens.begin(), word.tokens.end());
      }
      const auto drafted = on_gpu.Decode(request, kNever);
      CHECK_EQ(Text(drafted), Text(expected));
      std::printf("      %s: encoder %.1f ms (%d positions), decoder %.1f ms, with a draft %.1f ms\n", clip,
                  drafted.encode_ms, drafted.encoded_positions, heard.decode_ms, drafted.decode_ms);
    }
    request.memory = std::make_shared<theo::UtteranceMemory>(gpu->device(), gpu->dimensions());
    const auto whole = Text(on_gpu.Decode(request, kNever));
    theo::DecodeResult growing;
    request.memory = std::make_shared<theo::UtteranceMemory>(gpu->device(), gpu->dimensions());
    for (std::size_t samples = 16'000; samples < speech.size() + 8'000; samples += 8'000) {
      request.samples.assign(speech.begin(),
                             speech.begin() + static_cast<std::ptrdiff_t>(std::min(samples, speech.size())));
      request.audio_context = static_cast<std::int32_t>(request.samples.size() / 320) + 9;
      growing = on_gpu.Decode(request, kNever);
    }
    CHECK_EQ(Text(growing), whole);
  }
}

TEST("a GPU hears the same words in several utterances together as in each alone") {
  const auto gpu = theo::Model::Load(WeightsPath(), {.use_gpu = true, .int8 = true});
  theo::Decoder decoder(gpu);
  std::vector<theo::DecodeRequest> requests;
  std::vector<std::string> expected;
  double alone_ms = 0.0;
  for (int round = 0; round < 2; ++round) {  // the first one warms up
    requests.clear();
    expected.clear();
    alone_ms = 0.0;
    for (const char* clip : {"en_01.wav", "en_05.wav", "en_10.wav", "en_02.wav"}) {
      theo::DecodeRequest request;
      request.samples = theo::test::ReadSpeech(clip);
      request.language = "en";
      request.audio_context = static_cast<std::int32_t>(request.samples.size() / 320) + 9;
      request.padding = theo::Padding::kExactSilence;
      request.max_tokens = 60;
      const auto result = decoder.Decode(request, kNever);
      alone_ms += result.encode_ms + result.decode_ms;
      expected.push_back(Text(result));
      requests.push_back(std::move(request));
    }
  }
  const std::vector<std::atomic<bool>> aborts(requests.size());
  double together_ms = 0.0;
  for (int round = 0; round < 2; ++round) {
    together_ms = 0.0;
    decoder.Decode(requests, aborts, [&](std::size_t index, const theo::DecodeOutcome& outcome) {
      CHECK_EQ(outcome.error, std::string());
      CHECK_EQ(Text(outcome.result), expected[index]);
      together_ms = std::max(together_ms, outcome.result.encode_ms + outcome.result.decode_ms);
    });
  }
  std::printf("      four finals one after the other %.1f ms, together %.1f ms\n", alone_ms, together_ms);
}

THEO_TEST_MAIN()
