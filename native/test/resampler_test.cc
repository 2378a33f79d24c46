#include "audio/resampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "audio/format.h"
#include "test/check.h"
#include "test/signals.h"

namespace {

using theo::Resampler;
using theo::test::FitTone;
using theo::test::Resample;
using theo::test::Sine;
using theo::test::ToDb;

// Exact tables of one, few and many phases, and the interpolated ones, on both sides of 16 kHz.
constexpr int kRates[] = {8000,  8001,  11025, 12000, 15999, 16001, 22050,  24000, 32000,
                          44100, 44101, 47999, 48000, 88200, 96000, 191999, 192000};

std::vector<float> Resampled(int rate, std::span<const float> input) {
  Resampler resampler(rate);
  return Resample(resampler, input);
}

/** Without the first and the last milliseconds, where the filter still sees the silence around the signal. */
std::span<const float> Settled(const std::vector<float>& out) {
  return std::span(out).subspan(64, out.size() - 128);
}

std::size_t Tenths(int rate, int tenths) {
  return static_cast<std::size_t>(rate) * static_cast<std::size_t>(tenths) / 10;
}

/** The band in which tones pass flat and their images are all in the stop band. */
double CleanBandHz(int rate) {
  return rate < theo::kSampleRateHz ? rate / 2.0 - 1000.0 : 7000.0;
}

}  // namespace

TEST("16 kHz passes through untouched and without delay") {
  const auto input = theo::test::WhiteNoise(5000, 0.2);
  Resampler resampler(16000);
  std::vector<float> out(5000);
  CHECK_EQ(resampler.Write(std::span(input).first(1000)), 1000U);
  CHECK_EQ(resampler.Read(out), 1000U);
  CHECK(std::equal(out.begin(), out.begin() + 1000, input.begin()));
}

TEST("16-bit samples are exact") {
  std::vector<float> input;
  for (int value = -32768; value <= 32767; value += 13) input.push_back(static_cast<float>(value) / 32768.0F);
  const auto pcm = theo::test::ToPcm(input);
  Resampler resampler(16000);
  std::vector<float> out(input.size());
  std::size_t taken = 0;
  std::size_t got = 0;
  while (taken < input.size()) {
    taken += resampler.Write(std::span(pcm).subspan(2 * taken));
    got += resampler.Read(std::span(out).subspan(got));
  }
  CHECK_EQ(got, input.size());
  CHECK(out == input);
}

TEST("tones come out clean: SNR above 100 dB") {
  for (const int rate : kRates) {
    const double top = CleanBandHz(rate);
    for (double hz = 60.0; hz <= top; hz += (top - 60.0) / 9.0) {
      const auto fit = FitTone(Settled(Resampled(rate, Sine(hz, rate, Tenths(rate, 2)))), hz);
      CHECK_BELOW(100.0, fit.snr_db());
    }
  }
}

TEST("the pass band is flat within 0.1 dB") {
  for (const int rate : kRates) {
    const double top = rate < theo::kSampleRateHz ? 0.416 * rate : 7000.0;
    for (double hz = 60.0; hz <= top; hz += (top - 60.0) / 9.0) {
      const auto fit = FitTone(Settled(Resampled(rate, Sine(hz, rate, Tenths(rate, 2)))), hz);
      CHECK_NEAR(ToDb(fit.amplitude), 0.0, 0.1);
    }
  }
}

TEST("nothing that folds into 0..7 kHz is above -100 dB") {
  for (const int rate : kRates) {
    const double step = std::max(97.0, (rate / 2.0 - 9000.0) / 60.0);
    for (double hz = 9000.0; hz < rate / 2.0; hz += step) {
      if (std::abs(std::remainder(hz, 16000.0)) > 7000.0) continue;
      const auto out = Resampled(rate, Sine(hz, rate, Tenths(rate, 1)));
      CHECK_BELOW(ToDb(theo::test::Rms(Settled(out)) * std::numbers::sqrt2), -100.0);
    }
  }
}

TEST("output n is the input at n / 16000 s: a sweep is followed to -100 dB") {
  for (const int rate : kRates) {
    // From 100 Hz to the band's edge in half a second; faded in and out, for a sweep's ends are wide-band.
    const double rise = CleanBandHz(rate) - 100.0;
    const auto sweep = [rise](double t) {
      const double fade = std::min({1.0, t / 0.02, (0.5 - t) / 0.02});
      const double envelope = 0.5 - 0.5 * std::cos(std::numbers::pi * std::max(0.0, fade));
      return envelope * std::sin(theo::test::kTurn * (100.0 * t + rise * t * t));
    };
    std::vector<float> input(Tenths(rate, 5));
    for (std::size_t n = 0; n < input.size(); ++n) {
      input[n] = static_cast<float>(sweep(static_cast<double>(n) / rate));
    }
    const auto out = Resampled(rate, input);
    double squares = 0.0;
    for (std::size_t n = 0; n < out.size(); ++n) {
      const double error = out[n] - sweep(static_cast<double>(n) / 16000.0);
      squares += error * error;
    }
    CHECK_BELOW(ToDb(std::sqrt(squares / static_cast<double>(out.size())) * std::numbers::sqrt2), -100.0);
  }
}

TEST("outputs are the same to the bit however the input is cut") {
  std::mt19937 random(7);
  for (const int rate : kRates) {
    const auto input = theo::test::WhiteNoise(Tenths(rate, 2), 0.3, 11);
    const auto whole = Resampled(rate, input);
    Resampler resampler(rate);
    std::vector<float> pieces;
    std::vector<float> block(600);
    const auto read = [&](std::size_t most) {
      const std::size_t count = resampler.Read(std::span(block).first(most));
      pieces.insert(pieces.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
      return count;
    };
    std::span<const float> rest(input);
    while (!rest.empty()) {
      const std::size_t wanted = std::min<std::size_t>(rest.size(), random() % 3 == 0 ? 1 : random() % 700);
      rest = rest.subspan(resampler.Write(rest.first(wanted)));
      read(random() % 3 == 0 ? 1 : random() % block.size());
    }
    while (read(block.size()) > 0) continue;
    resampler.Finish();
    while (read(1 + random() % 20) > 0) continue;
    CHECK_EQ(pieces.size(), whole.size());
    CHECK(pieces == whole);
  }
}

TEST("it gives as many outputs as the input lasts, and tells beforehand") {
  for (const int rate : kRates) {
    for (const std::size_t inputs : {std::size_t{1}, std::size_t{17}, Tenths(rate, 1) + 3}) {
      Resampler resampler(rate);
      CHECK_EQ(resampler.pending(), 0U);
      const std::uint64_t promised = resampler.OutputsFor(inputs);
      const auto out = Resample(resampler, std::vector<float>(inputs, 0.5F));
      CHECK_EQ(out.size(), promised);
      CHECK_EQ(out.size(),
               (inputs * 16000 + static_cast<std::size_t>(rate) - 1) / static_cast<std::size_t>(rate));
      CHECK_EQ(resampler.pending(), 0U);
    }
  }
}

TEST("outputs wait for no more than 2 ms of input") {
  for (const int rate : kRates) {
    Resampler resampler(rate);
    const auto input = theo::test::WhiteNoise(Tenths(rate, 1), 0.1);
    std::vector<float> block(4096);
    std::size_t written = 0;
    std::size_t read = 0;
    while (written < input.size()) {
      written += resampler.Write(std::span(input).subspan(written, 1));
      read += resampler.Read(block);
      const double behind_s = static_cast<double>(written) / rate - static_cast<double>(read) / 16000.0;
      CHECK_BELOW(behind_s, 0.002);
    }
  }
}

TEST("a constant stays constant in every phase") {
  for (const int rate : {8000, 11025, 44100, 44101, 48000, 192000}) {
    const auto out = Resampled(rate, std::vector<float>(Tenths(rate, 2), 0.75F));
    for (const float sample : Settled(out)) CHECK_NEAR(sample, 0.75, 1e-6);
  }
}

TEST("a reset forgets everything") {
  const auto input = theo::test::WhiteNoise(3000, 0.3);
  Resampler resampler(44100);
  const auto first = Resample(resampler, input);
  resampler.Reset();
  CHECK(Resample(resampler, input) == first);
}

TEST("samples that are no numbers count as silence and leave no trace") {
  auto input = theo::test::WhiteNoise(20000, 0.3);
  auto silenced = input;
  for (const std::size_t at : {std::size_t{500}, std::size_t{501}, std::size_t{9000}}) {
    input[at] = at == 501 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
    silenced[at] = 0.0F;
  }
  for (const int rate : {8000, 16000, 44101, 48000})
    CHECK(Resampled(rate, input) == Resampled(rate, silenced));
}

TEST("full-scale square waves overshoot, within bounds") {
  for (const int rate : {8000, 44100, 44101, 48000}) {
    std::vector<float> input(Tenths(rate, 2));
    for (std::size_t n = 0; n < input.size(); ++n) input[n] = n / 37 % 2 == 0 ? 1.0F : -1.0F;
    for (const float sample : Resampled(rate, input)) CHECK_BELOW(std::abs(sample), 1.3F);
  }
}

THEO_TEST_MAIN()
