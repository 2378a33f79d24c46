#include "audio/front_end.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "test/check.h"
#include "test/signals.h"
#include "test/wav.h"

namespace {

using theo::Energy;
using theo::FrontEnd;
using theo::kHopSamples;

struct Output {
  std::vector<float> samples;
  std::vector<float> levels;
  bool operator==(const Output&) const = default;
};

class Session {
 public:
  explicit Session(int rate, const theo::simd::Kernels& kernels = theo::simd::ActiveKernels())
      : front_end_(rate, kernels) {}

  void Push(std::span<const unsigned char> pcm) {
    const std::size_t most = front_end_.MaxHops(pcm.size() / 2);
    samples_.assign(most * kHopSamples, 0.0F);
    levels_.resize(most);
    Keep(front_end_.Push(pcm, samples_, levels_));
  }
  void PushSignal(std::span<const float> signal) {
    const auto pcm = theo::test::ToPcm(signal);
    Push(pcm);
  }
  void Flush() {
    const std::size_t hops = front_end_.FlushHops();
    samples_.assign(hops * kHopSamples, 0.0F);
    levels_.resize(hops);
    const std::size_t written = front_end_.Flush(samples_, levels_);
    CHECK_EQ(written, hops);
    Keep(written);
  }
  FrontEnd& front_end() { return front_end_; }
  const Output& output() const { return output_; }

 private:
  void Keep(std::size_t hops) {
    output_.samples.insert(output_.samples.end(), samples_.begin(),
                           samples_.begin() + static_cast<std::ptrdiff_t>(hops * kHopSamples));
    for (std::size_t i = 0; i < hops; ++i) {
      output_.levels.push_back(levels_[i].rms_dbfs);
      output_.levels.push_back(levels_[i].flatness);
    }
  }

  FrontEnd front_end_;
  std::vector<float> samples_;
  std::vector<Energy> levels_;
  Output output_;
};

}  // namespace

TEST("hops are the same to the bit however the messages are cut, with every variant") {
  std::mt19937 random(3);
  for (const theo::simd::Kernels* kernels : theo::simd::SupportedKernels()) {
    for (const int rate : {8000, 16000, 44100, 44101, 48000}) {
      const auto pcm = theo::test::ToPcm(theo::test::WhiteNoise(static_cast<std::size_t>(rate), 0.2, 9));
      Session whole(rate, *kernels);
      whole.Push(pcm);
      whole.Flush();
      Session pieces(rate, *kernels);
      std::span<const unsigned char> rest(pcm);
      while (!rest.empty()) {
        const std::size_t samples = random() % 4 == 0 ? 1 : random() % 3000;
        const std::size_t bytes = std::min(2 * samples, rest.size());
        pieces.Push(rest.first(bytes));
        rest = rest.subspan(bytes);
      }
      pieces.Flush();
      CHECK_EQ(whole.output().samples.size(), std::size_t{32 * kHopSamples});
      CHECK(whole.output() == pieces.output());
    }
  }
}

TEST("MaxHops is exact but for the resampler's delay, and samples add up") {
  std::mt19937 random(5);
  for (const int rate : {8000, 16000, 44101, 192000}) {
    Session session(rate);
    std::size_t inputs = 0;
    for (int i = 0; i < 60; ++i) {
      const std::size_t count = random() % static_cast<std::size_t>(rate / 8);
      session.PushSignal(theo::test::WhiteNoise(count, 0.1));
      inputs += count;
      const double total = std::ceil(static_cast<double>(inputs) * 16000.0 / rate);
      const auto out = static_cast<double>(session.output().samples.size());
      CHECK_EQ(static_cast<double>(session.front_end().pending_samples()), total - out);
      CHECK_BELOW(session.front_end().pending_samples(), kHopSamples + 32);
    }
  }
}

TEST("an offset is gone within a tenth of a second, speech stays") {
  auto signal = theo::test::Sine(300, 48000, 48000, 0.2);
  for (float& sample : signal) sample += 0.5F;
  Session session(48000);
  session.PushSignal(signal);
  const auto settled = std::span(session.output().samples).subspan(4096, 8192);
  double sum = 0.0;
  for (const float sample : settled) sum += sample;
  CHECK_NEAR(sum / 8192.0, 0.0, 1e-3);
  CHECK_NEAR(theo::test::FitTone(settled, 300).amplitude, 0.2, 0.003);
}

TEST("a constant input ends as digital silence") {
  Session session(16000);
  session.PushSignal(std::vector<float>(16000 * 4, 0.9F));
  CHECK_BELOW(session.output().levels[session.output().levels.size() - 2], -100.0F);
  for (const float sample : std::span(session.output().samples).last(512))
    CHECK_BELOW(std::abs(sample), 1e-5F);
}

TEST("silence after sound leaves no denormals to chew on") {
  Session session(16000);
  session.PushSignal(theo::test::Sine(100, 16000, 16000, 0.9));
  session.PushSignal(std::vector<float>(16000 * 5, 0.0F));
  for (const float sample : std::span(session.output().samples).last(512)) CHECK_EQ(sample, 0.0F);
}

TEST("good speech reaches the engine as it was, but for a constant gain") {
  const auto speech = theo::test::ReadSpeech("en_01.wav");
  Session session(16000);
  session.PushSignal(speech);
  const auto& out = session.output().samples;
  double xy = 0.0;
  double xx = 0.0;
  double yy = 0.0;
  for (std::size_t n = 0; n < out.size(); ++n) {
    xy += static_cast<double>(speech[n]) * out[n];
    xx += static_cast<double>(speech[n]) * speech[n];
    yy += static_cast<double>(out[n]) * out[n];
  }
  CHECK_BELOW(0.98, xy / std::sqrt(xx * yy));
}

TEST("the rate may change at any time; hops go on and time is kept") {
  Session session(48000);
  std::mt19937 random(8);
  const int rates[] = {48000, 8000, 44101, 16000, 192000, 11025};
  double expected = 0.0;
  for (int i = 0; i < 200; ++i) {
    const int rate = rates[random() % 6];
    session.front_end().SetInputRate(rate);
    const std::size_t count = random() % 3 == 0 ? random() % 4 : random() % 6000;
    session.PushSignal(theo::test::Sine(200, rate, count, 0.3));
    expected += std::ceil(static_cast<double>(count) * 16000.0 / rate);
  }
  session.Flush();
  CHECK_EQ(static_cast<double>(session.output().samples.size()), std::ceil(expected / 512.0) * 512.0);
  for (const float sample : session.output().samples) CHECK_BELOW(std::abs(sample), 1.0F);
}

TEST("a steady tone goes through a change of rate within the filter's width") {
  Session session(48000);
  session.PushSignal(theo::test::Sine(400, 48000, 48000, 0.3));
  session.front_end().SetInputRate(16000);
  // 400 Hz takes whole periods a second, so the tone goes on in phase.
  session.PushSignal(theo::test::Sine(400, 16000, 16000, 0.3));
  session.Flush();
  const auto& out = session.output().samples;
  for (std::size_t n = 8000; n < 24000; ++n) {
    if (n > 16000 - 32 && n < 16000 + 32) continue;
    CHECK_NEAR(out[n], 0.3 * std::sin(theo::test::kTurn * 400.0 * static_cast<double>(n) / 16000.0 + 0.3),
               0.02);
  }
}

TEST("a flush ends a stretch; the next begins behind it") {
  Session session(44100);
  session.Flush();
  CHECK(session.output().samples.empty());
  session.PushSignal(theo::test::WhiteNoise(100, 0.1));
  session.Flush();
  CHECK_EQ(session.output().samples.size(), kHopSamples);
  CHECK_EQ(session.front_end().pending_samples(), 0U);
  session.PushSignal(theo::test::WhiteNoise(44100, 0.1));
  session.Flush();
  CHECK_EQ(session.output().samples.size(), kHopSamples * 33);
}

TEST("full-scale squares and steps do no harm") {
  for (const int rate : {8000, 16000, 44100, 48000}) {
    std::vector<float> square(static_cast<std::size_t>(rate));
    for (std::size_t n = 0; n < square.size(); ++n) square[n] = n / 150 % 2 == 0 ? 1.0F : -1.0F;
    Session session(rate);
    session.PushSignal(square);
    for (const float sample : session.output().samples) CHECK_BELOW(std::abs(sample), 1.0F);
    for (const float level : session.output().levels) CHECK(std::isfinite(level));
  }
}

THEO_TEST_MAIN()
