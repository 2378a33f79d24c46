#include <atomic>
#include <string>
#include <vector>

#include "check.h"
#include "wav.h"
#include "whisper/decoder.h"
#include "whisper/error.h"
#include "whisper/model.h"

namespace {

std::shared_ptr<const theo::Model> DemoModel() {
  return theo::Model::Load(THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin", {});
}

theo::DecodeRequest Speech() {
  theo::DecodeRequest request;
  request.samples = theo::test::ReadSpeech("en_01.wav");
  request.language = "en";
  request.audio_context = 128;
  request.padding = theo::Padding::kPooledSilence;
  return request;
}

std::string Text(const theo::DecodeResult& result) {
  std::string text;
  for (const theo::Word& word : result.words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

}  // namespace

TEST("the same file is loaded once") {
  CHECK(DemoModel() == DemoModel());
}

TEST("speech becomes text") {
  theo::Decoder decoder(DemoModel());
  const std::atomic<bool> abort = false;
  CHECK_EQ(Text(decoder.Decode(Speech(), abort)), std::string("hello how can i help you"));
}

TEST("a decode that is aborted says so, and the decoder goes on") {
  theo::Decoder decoder(DemoModel());
  std::atomic<bool> abort = true;
  CHECK(decoder.Decode(Speech(), abort).aborted);
  abort = false;
  CHECK(!decoder.Decode(Speech(), abort).aborted);
}

TEST("audio beyond 30 s and unknown languages are refused") {
  theo::Decoder decoder(DemoModel());
  const std::atomic<bool> abort = false;
  const auto refused = [&](const theo::DecodeRequest& request) {
    try {
      decoder.Decode(request, abort);
      return false;
    } catch (const theo::DecodeError&) {
      return true;
    }
  };
  theo::DecodeRequest too_long = Speech();
  too_long.samples.resize(30 * 16'000 + 1);
  CHECK(refused(too_long));
  theo::DecodeRequest unknown = Speech();
  unknown.language = "qq";
  CHECK(refused(unknown));
}

TEST("a file that is no model names itself and the cause") {
  try {
    theo::Model::Load(THEO_SOURCE_DIR "/package.json", {});
    CHECK(false);
  } catch (const theo::ModelFileError& error) {
    CHECK(std::string(error.what()).find("package.json") != std::string::npos);
    CHECK(std::string(error.what()).find("wrong magic number") != std::string::npos);
  }
}

THEO_TEST_MAIN()
