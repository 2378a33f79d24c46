#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <numbers>
#include <vector>

#include "check.h"
#include "wav.h"
#include "whisper/mel.h"
#include "whisper/model.h"

namespace {

constexpr std::size_t kSize = theo::MelFft::kSize;
constexpr std::size_t kBins = theo::MelFft::kBins;
constexpr std::size_t kFrames = theo::MelFft::kFrames;

std::shared_ptr<const theo::Model> DemoModel() {
  return theo::Model::Load(THEO_SOURCE_DIR "/test/fixtures/models/theo-demo/theo-demo-q8_0.bin", {});
}

struct StateDeleter {
  void operator()(whisper_state* state) const { whisper_free_state(state); }
};
using State = std::unique_ptr<whisper_state, StateDeleter>;

/// Logits after the start token, for the mel that the state holds, at the full context.
std::vector<float> FirstLogits(const theo::Model& model, whisper_state* state) {
  whisper_encode_with_state(model.context(), state, 0, 1);
  const whisper_token start = whisper_token_sot(model.context());
  whisper_decode_with_state(model.context(), state, &start, 1, 0, 1);
  const float* logits = whisper_get_logits_from_state(state);
  return {logits, logits + model.vocabulary_size()};
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

TEST("the model hears the same as through whisper.cpp's own spectrogram") {
  const auto model = DemoModel();
  const std::vector<float> samples = theo::test::ReadSpeech("pt_05.wav");
  const State reference(whisper_init_state(model->context()));
  whisper_pcm_to_mel_with_state(model->context(), reference.get(), samples.data(),
                                static_cast<int>(samples.size()), 1);
  const State own(whisper_init_state(model->context()));
  theo::MelSpectrogram spectrogram(model->mel_filters());
  std::vector<float> mel;
  spectrogram.Compute(samples, 3000, mel);
  whisper_set_mel_with_state(model->context(), own.get(), mel.data(), 3000, 80);
  const auto expected = FirstLogits(*model, reference.get());
  const auto actual = FirstLogits(*model, own.get());
  float worst = 0.0F;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    worst = std::max(worst, std::abs(expected[i] - actual[i]));
  }
  // Both spectra are rounded to floats; where a clip is all but silent, the logarithm magnifies that.
  CHECK_BELOW(worst, 0.25F);
  CHECK_EQ(std::max_element(actual.begin(), actual.end()) - actual.begin(),
           std::max_element(expected.begin(), expected.end()) - expected.begin());
}

TEST("silence is flat") {
  theo::MelSpectrogram spectrogram(DemoModel()->mel_filters());
  std::vector<float> mel;
  spectrogram.Compute(std::vector<float>(4000), 64, mel);
  CHECK_EQ(mel.size(), 80U * 64U);
  for (const float value : mel) CHECK_NEAR(value, -1.5, 1e-6);
}

TEST("frames beyond the audio are silent") {
  theo::MelSpectrogram spectrogram(DemoModel()->mel_filters());
  std::vector<float> tone(4000);
  for (std::size_t i = 0; i < tone.size(); ++i) tone[i] = std::sin(0.2F * static_cast<float>(i));
  std::vector<float> mel;
  spectrogram.Compute(tone, 64, mel);
  const float floor = *std::min_element(mel.begin(), mel.end());
  for (std::size_t band = 0; band < 80; ++band) {
    for (std::size_t frame = 30; frame < 64; ++frame) CHECK_NEAR(mel[band * 64 + frame], floor, 1e-6);
  }
}

THEO_TEST_MAIN()
