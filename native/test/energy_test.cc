#include "audio/energy.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "audio/format.h"
#include "audio/resampler.h"
#include "test/check.h"
#include "test/signals.h"
#include "test/wav.h"

namespace {

using theo::Energy;
using theo::EnergyMeter;
using theo::test::Sine;
using theo::test::WhiteNoise;

/** What the voice activity detector calls quiet enough and flat enough. */
constexpr float kFlat = 0.8F;

Energy Measure(std::span<const float> frame, int rate = 16000) {
  double squares = 0.0;
  for (const float sample : frame) squares += static_cast<double>(sample) * sample;
  return EnergyMeter(rate).Measure(frame.data(), frame.data() + theo::kHopSamples,
                                   static_cast<float>(squares));
}

struct Range {
  float low = 1.0F;
  float high = 0.0F;
};

/** Flatness over all frames of a signal, half overlapping. */
Range FlatnessOf(std::span<const float> signal, int rate = 16000) {
  Range range;
  for (std::size_t at = 0; at + theo::kFrameSamples <= signal.size(); at += theo::kHopSamples) {
    const float flatness = Measure(signal.subspan(at, theo::kFrameSamples), rate).flatness;
    range.low = std::min(range.low, flatness);
    range.high = std::max(range.high, flatness);
  }
  return range;
}

std::vector<float> QuantizedTo16Bit(std::vector<float> signal) {
  for (float& sample : signal) sample = std::round(sample * 32768.0F) / 32768.0F;
  return signal;
}

}  // namespace

TEST("digital silence is flat and at the floor") {
  const Energy energy = Measure(std::vector<float>(1024, 0.0F));
  CHECK_EQ(energy.rms_dbfs, theo::kFloorDbfs);
  CHECK_NEAR(energy.flatness, 1.0, 1e-5);
}

TEST("levels are RMS re full scale") {
  CHECK_NEAR(Measure(Sine(1000, 16000, 1024, 1.0)).rms_dbfs, -3.01, 0.02);
  CHECK_NEAR(Measure(Sine(1000, 16000, 1024, 0.01)).rms_dbfs, -43.01, 0.02);
  CHECK_NEAR(Measure(std::vector<float>(1024, 1.0F)).rms_dbfs, 0.0, 1e-4);
}

TEST("white noise of any level is flat, with a margin") {
  for (const double rms : {1e-4, 1e-3, 1e-2, 0.1}) {
    CHECK_BELOW(0.89F, FlatnessOf(QuantizedTo16Bit(WhiteNoise(1024 * 300, rms))).low);
  }
  // One quantization step up or down, at random.
  CHECK_BELOW(0.89F, FlatnessOf(QuantizedTo16Bit(WhiteNoise(1024 * 50, 1e-5))).low);
}

TEST("noise stays flat through the resampler from every rate") {
  for (const int rate : {8000, 11025, 22050, 44100, 48000, 96000}) {
    theo::Resampler resampler(rate);
    const auto noise = QuantizedTo16Bit(WhiteNoise(static_cast<std::size_t>(rate) * 3, 0.01));
    CHECK_BELOW(0.86F, FlatnessOf(theo::test::Resample(resampler, noise), rate).low);
  }
}

TEST("tones and hums are not flat, loud or faint") {
  for (const double hz : {100.0, 440.0, 1000.0, 3000.0, 6000.0}) {
    for (const double amplitude : {0.5, 0.01}) {
      CHECK_BELOW(FlatnessOf(Sine(hz, 16000, 1024 * 4, amplitude)).high, 0.2F);
    }
    CHECK_BELOW(FlatnessOf(Sine(hz, 16000, 1024 * 4, 0.001)).high, 0.7F);
  }
  std::vector<float> hum = Sine(50, 16000, 1024 * 8, 0.01);
  for (int harmonic = 2; harmonic < 12; ++harmonic) {
    const auto part = Sine(50.0 * harmonic, 16000, hum.size(), 0.01 / harmonic);
    std::transform(hum.begin(), hum.end(), part.begin(), hum.begin(), std::plus<>());
  }
  CHECK_BELOW(FlatnessOf(hum).high, 0.5F);
}

TEST("speech is not flat but for single fricatives") {
  for (const char* name : {"en_01.wav", "en_04.wav", "pt_02.wav", "pt_07.wav"}) {
    const auto speech = theo::test::ReadSpeech(name);
    double loud = 0;
    double flat = 0;
    for (std::size_t at = 0; at + 1024 <= speech.size(); at += 512) {
      const Energy energy = Measure(std::span(speech).subspan(at, 1024));
      if (energy.rms_dbfs < -45.0F) continue;
      loud += 1;
      if (energy.flatness > kFlat) flat += 1;
    }
    CHECK_BELOW(20.0, loud);
    CHECK_BELOW(flat / loud, 0.06);
  }
}

TEST("what is no number is never silence") {
  std::vector<float> frame(1024, std::numeric_limits<float>::quiet_NaN());
  CHECK_EQ(Measure(frame).flatness, 0.0F);
  frame.assign(1024, std::numeric_limits<float>::infinity());
  CHECK_EQ(Measure(frame).flatness, 0.0F);
}

THEO_TEST_MAIN()
