#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>
#include <span>
#include <vector>

#include "audio/resampler.h"

namespace theo::test {

inline constexpr double kTurn = 2.0 * std::numbers::pi;

inline double ToDb(double amplitude) {
  return 20.0 * std::log10(std::max(amplitude, 1e-30));
}

/** amplitude * sin(2 pi hz t + 0.3), sampled `count` times. */
inline std::vector<float> Sine(double hz, int rate_hz, std::size_t count, double amplitude = 1.0) {
  std::vector<float> samples(count);
  for (std::size_t n = 0; n < count; ++n) {
    samples[n] =
        static_cast<float>(amplitude * std::sin(kTurn * hz * static_cast<double>(n) / rate_hz + 0.3));
  }
  return samples;
}

inline std::vector<float> WhiteNoise(std::size_t count, double rms, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0.0, rms);
  std::vector<float> samples(count);
  for (float& sample : samples) sample = static_cast<float>(normal(random));
  return samples;
}

/** Little-endian 16-bit PCM, rounded and limited. */
inline std::vector<unsigned char> ToPcm(std::span<const float> samples) {
  std::vector<unsigned char> pcm;
  pcm.reserve(2 * samples.size());
  for (const float sample : samples) {
    const auto value = static_cast<int>(std::lround(std::clamp(sample * 32768.0F, -32768.0F, 32767.0F)));
    pcm.push_back(static_cast<unsigned char>(value & 0xFF));
    pcm.push_back(static_cast<unsigned char>((value >> 8) & 0xFF));
  }
  return pcm;
}

/** Everything that comes out of a resampler for this input, its end included. */
inline std::vector<float> Resample(Resampler& resampler, std::span<const float> input) {
  std::vector<float> output;
  std::vector<float> block(777);
  const auto drain = [&] {
    while (const std::size_t count = resampler.Read(block)) {
      output.insert(output.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(count));
    }
  };
  while (!input.empty()) {
    input = input.subspan(resampler.Write(input));
    drain();
  }
  resampler.Finish();
  drain();
  return output;
}

/** What is left of `samples` at 16 kHz after the best fitting tone of `hz`, and that tone. */
struct ToneFit {
  double amplitude;
  double residual_rms;
  double snr_db() const { return ToDb(amplitude / std::numbers::sqrt2 / residual_rms); }
};

inline ToneFit FitTone(std::span<const float> samples, double hz) {
  double ss = 0;
  double cc = 0;
  double sc = 0;
  double ys = 0;
  double yc = 0;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double s = std::sin(kTurn * hz * static_cast<double>(n) / 16000.0);
    const double c = std::cos(kTurn * hz * static_cast<double>(n) / 16000.0);
    ss += s * s;
    cc += c * c;
    sc += s * c;
    ys += samples[n] * s;
    yc += samples[n] * c;
  }
  const double determinant = ss * cc - sc * sc;
  const double a = (ys * cc - yc * sc) / determinant;
  const double b = (yc * ss - ys * sc) / determinant;
  double squares = 0;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double fitted = a * std::sin(kTurn * hz * static_cast<double>(n) / 16000.0) +
                          b * std::cos(kTurn * hz * static_cast<double>(n) / 16000.0);
    squares += (samples[n] - fitted) * (samples[n] - fitted);
  }
  return {std::hypot(a, b), std::sqrt(squares / static_cast<double>(samples.size()))};
}

inline double Rms(std::span<const float> samples) {
  double squares = 0;
  for (const float sample : samples) squares += static_cast<double>(sample) * sample;
  return std::sqrt(squares / static_cast<double>(samples.size()));
}

}  // namespace theo::test
