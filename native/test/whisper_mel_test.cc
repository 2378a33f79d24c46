#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <numbers>
#include <vector>

#include "check.h"
#include "wav.h"
#include "whisper/mel.h"
#include "whisper/model_file.h"

namespace {

constexpr std::size_t kSize = theo::MelFft::kSize;
constexpr std::size_t kBins = theo::MelFft::kBins;
constexpr std::size_t kFrames = theo::MelFft::kFrames;

constexpr std::size_t kBands = 80;

theo::MelSpectrogram DemoSpectrogram() {
  return theo::MelSpectrogram(
      theo::CheckModelFile(THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin").mel_filters);
}

/// Power of one frequency, by the definition of the discrete Fourier transform.
double PowerAt(const std::vector<double>& frame, std::size_t bin) {
  std::complex<double> sum = 0.0;
  for (std::size_t i = 0; i < kSize; ++i) {
    const double turns = static_cast<double>(bin * i % kSize) / static_cast<double>(kSize);
    sum += frame[i] * std::polar(1.0, -2.0 * std::numbers::pi * turns);
  }
  return std::norm(sum);
}

}  // namespace

TEST("power spectra are those of the discrete Fourier transform") {
  const auto fft = std::make_unique<theo::MelFft>();
  std::vector<std::vector<double>> frames(kFrames, std::vector<double>(kSize));
  unsigned seed = 7;
  for (std::size_t frame = 0; frame < kFrames; ++frame) {
    for (std::size_t i = 0; i < kSize; ++i) {
      seed = seed * 1664525U + 1013904223U;
      frames[frame][i] = static_cast<double>(seed >> 8U) / 8388608.0 - 1.0;
      fft->Input(frame, i) = static_cast<float>(frames[frame][i]);
    }
  }
  std::vector<float> power(kFrames * kBins);
  fft->PowerSpectra(std::span<float, kFrames * kBins>(power));
  double worst = 0.0;
  for (std::size_t frame = 0; frame < kFrames; ++frame) {
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      const double expected = PowerAt(frames[frame], bin);
      const double actual = static_cast<double>(power[frame * kBins + bin]);
      worst = std::max(worst, std::abs(actual - expected) / (1.0 + expected));
    }
  }
  CHECK_BELOW(worst, 1e-4);
}

TEST("audio that comes piece by piece gives the frames of the whole") {
  theo::MelSpectrogram spectrogram = DemoSpectrogram();
  const std::vector<float> speech = theo::test::ReadSpeech("pt_05.wav");
  theo::UtteranceMel whole;
  whole.Update(spectrogram, speech);
  theo::UtteranceMel growing;
  for (std::size_t heard = 3200; heard < speech.size(); heard += 1234) {
    growing.Update(spectrogram, std::span(speech).first(heard));
  }
  growing.Update(spectrogram, speech);
  CHECK_EQ(growing.loudest(), whole.loudest());
  CHECK(growing.Frames(-2, 600, 3000, whole.loudest(), theo::Level::kNormal) ==
        whole.Frames(-2, 600, 3000, whole.loudest(), theo::Level::kNormal));
}

TEST("at the normal level the loudest value is one and silence has one value, however loud the recording") {
  theo::MelSpectrogram spectrogram = DemoSpectrogram();
  for (const float gain : {1.0F, 0.1F, 0.03F}) {
    std::vector<float> speech = theo::test::ReadSpeech("pt_05.wav");
    for (float& sample : speech) sample *= gain;
    theo::UtteranceMel mel;
    mel.Update(spectrogram, speech);
    const auto frames = mel.Frames(0, 3000, 3000, mel.loudest(), theo::Level::kNormal);
    CHECK_NEAR(*std::max_element(frames.begin(), frames.end()), (1.0F + 4.0F) / 4.0F, 1e-5);
    CHECK_NEAR(frames.back(), theo::UtteranceMel::kNormalSilence, 1e-6);
  }
}

TEST("as recorded, silence is flat and has the reference's value") {
  theo::MelSpectrogram spectrogram = DemoSpectrogram();
  theo::UtteranceMel mel;
  mel.Update(spectrogram, std::vector<float>(4000));
  const auto frames = mel.Frames(0, 64, 3000, mel.loudest(), theo::Level::kAsRecorded);
  CHECK_EQ(frames.size(), kBands * 64U);
  for (const float value : frames) CHECK_NEAR(value, -1.5, 1e-6);
}

TEST("frames beyond the audio are silent, those outside the window are nothing") {
  theo::MelSpectrogram spectrogram = DemoSpectrogram();
  std::vector<float> tone(4000);
  for (std::size_t i = 0; i < tone.size(); ++i) tone[i] = std::sin(0.2F * static_cast<float>(i));
  theo::UtteranceMel mel;
  mel.Update(spectrogram, tone);
  const auto frames = mel.Frames(-2, 64, 60, mel.loudest(), theo::Level::kNormal);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::size_t frame = i / kBands;
    if (frame < 2 || frame >= 62) CHECK_EQ(frames[i], 0.0F);
    if (frame >= 32 && frame < 62) CHECK_NEAR(frames[i], theo::UtteranceMel::kNormalSilence, 1e-6);
  }
}

THEO_TEST_MAIN()
