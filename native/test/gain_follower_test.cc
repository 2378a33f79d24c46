#include "audio/gain_follower.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "audio/front_end.h"
#include "test/check.h"
#include "test/signals.h"
#include "test/wav.h"

namespace {

using theo::GainFollower;
using theo::test::ToDb;

struct Pass {
  std::vector<float> samples;
  std::vector<float> gains;  // after each hop
};

Pass Through(std::span<const float> signal, int times = 1) {
  theo::FrontEnd front_end(16000);
  const auto pcm = theo::test::ToPcm(signal);
  Pass pass;
  std::vector<float> samples(theo::kHopSamples);
  std::vector<theo::Energy> levels(1);
  for (int i = 0; i < times; ++i) {
    for (std::size_t at = 0; at + 1024 <= pcm.size(); at += 1024) {
      if (front_end.Push(std::span(pcm).subspan(at, 1024), samples, levels) == 0) continue;
      pass.samples.insert(pass.samples.end(), samples.begin(), samples.end());
      pass.gains.push_back(front_end.gain());
    }
  }
  return pass;
}

float Peak(std::span<const float> samples) {
  float peak = 0.0F;
  for (const float sample : samples) peak = std::max(peak, std::abs(sample));
  return peak;
}

/** Speech with half a second of pause after it, scaled to a peak. */
std::vector<float> SpeechAtPeak(const char* name, double peak_dbfs) {
  auto speech = theo::test::ReadSpeech(name);
  const double gain = std::pow(10.0, peak_dbfs / 20.0) / Peak(speech);
  for (float& sample : speech) sample = static_cast<float>(sample * gain);
  speech.resize(speech.size() + 8000, 0.0F);
  return speech;
}

}  // namespace

TEST("quiet speech converges to peaks about -3 dBFS") {
  for (const char* name : {"en_01.wav", "pt_02.wav"}) {
    for (const double peak_dbfs : {-12.0, -20.0}) {
      const auto speech = SpeechAtPeak(name, peak_dbfs);
      const Pass pass = Through(speech, 6);
      const auto last = std::span(pass.samples).last(speech.size());
      CHECK_NEAR(ToDb(Peak(last)), -3.0, 2.0);
    }
  }
}

TEST("amplification is bounded") {
  const Pass pass = Through(SpeechAtPeak("en_01.wav", -40.0), 8);
  CHECK_NEAR(ToDb(pass.gains.back()), 24.0, 0.1);
  CHECK_BELOW(*std::max_element(pass.gains.begin(), pass.gains.end()), GainFollower::kMaxGain * 1.0001F);
}

TEST("good speech passes practically linearly") {
  for (const char* name : {"en_01.wav", "en_02.wav", "pt_02.wav", "pt_04.wav"}) {
    const Pass pass = Through(SpeechAtPeak(name, -3.0), 3);
    const auto [low, high] = std::minmax_element(pass.gains.begin(), pass.gains.end());
    CHECK_BELOW(ToDb(*high / *low), 4.0);
    for (std::size_t i = 1; i < pass.gains.size(); ++i)
      CHECK_BELOW(ToDb(pass.gains[i] / pass.gains[i - 1]), 0.2);
  }
}

TEST("room noise is not pumped up, alone or between words") {
  for (const double rms : {0.0003, 0.003, 0.03}) {
    const auto noise = theo::test::WhiteNoise(16000 * 10, rms);
    CHECK_EQ(Through(noise).gains.back(), 1.0F);
  }
  auto signal = SpeechAtPeak("en_01.wav", -15.0);
  const std::size_t speech_hops = signal.size() / theo::kHopSamples;
  signal.resize(signal.size() + 16000 * 10, 0.0F);
  const auto noise = theo::test::WhiteNoise(signal.size(), 0.0005);
  std::transform(signal.begin(), signal.end(), noise.begin(), signal.begin(), std::plus<>());
  const Pass pass = Through(signal);
  CHECK_EQ(pass.gains.back(), pass.gains[speech_hops + 1]);
}

TEST("a steady tone is no speech") {
  CHECK_EQ(Through(theo::test::Sine(440, 16000, 16000 * 5, 0.05)).gains.back(), 1.0F);
}

TEST("nothing ever clips, however sudden") {
  auto signal = SpeechAtPeak("en_01.wav", -35.0);
  for (int i = 0; i < 3; ++i) signal.insert(signal.end(), signal.begin(), signal.end());
  const auto loud = SpeechAtPeak("en_02.wav", 0.0);
  signal.insert(signal.end(), loud.begin(), loud.end());
  for (std::size_t n = 0; n < 8000; ++n) signal.push_back(n / 40 % 2 == 0 ? 1.0F : -1.0F);
  const Pass pass = Through(signal);
  CHECK_BELOW(Peak(pass.samples), GainFollower::kCeiling * 1.0001F);
}

TEST("silence freezes, and nonsense does no harm") {
  GainFollower follower;
  for (int i = 0; i < 100; ++i) follower.Next(0.0F, -120.0F);
  CHECK_EQ(follower.gain(), 1.0F);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  follower.Next(nan, nan);
  follower.Next(infinity, infinity);
  CHECK_EQ(follower.gain(), 1.0F);
  CHECK(std::isfinite(follower.Next(0.5F, -20.0F).to));
}

THEO_TEST_MAIN()
