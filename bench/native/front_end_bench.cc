// Cost of the front end for every SIMD variant that runs here; one JSON object a line. Argument: rounds.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "audio/front_end.h"
#include "test/signals.h"
#include "timing.h"

namespace {

constexpr double kFramesASecond = static_cast<double>(theo::kSampleRateHz) / theo::kFrameSamples;

/** Microseconds for 64 ms of audio that comes in messages of 20 ms: bytes in, hops with level and flatness
 * out. */
double FrontEndUs(const theo::simd::Kernels& kernels, int rate, int rounds) {
  constexpr int kSeconds = 2;
  const auto pcm = theo::test::ToPcm(theo::test::WhiteNoise(static_cast<std::size_t>(rate) * kSeconds, 0.1));
  const auto message = static_cast<std::size_t>(rate / 50) * 2;
  theo::FrontEnd front_end(rate, kernels);
  std::vector<float> samples(4 * theo::kHopSamples);
  std::vector<theo::Energy> levels(4);
  const double seconds = theo::bench::BestSeconds(rounds, [&] {
    for (std::size_t at = 0; at + message <= pcm.size(); at += message) {
      front_end.Push(std::span(pcm).subspan(at, message), samples, levels);
    }
  });
  return 1e6 * seconds / (kSeconds * kFramesASecond);
}

/** Microseconds for the level and the flatness of one frame, with the DC blocker that yields the level. */
double EnergyUs(const theo::simd::Kernels& kernels, int rounds) {
  constexpr int kRepeats = 1000;
  const theo::EnergyMeter meter(theo::kSampleRateHz, kernels);
  const auto frame = theo::test::WhiteNoise(theo::kFrameSamples, 0.1);
  std::vector<float> blocked(theo::kFrameSamples);
  volatile float sink = 0.0F;
  const double seconds = theo::bench::BestSeconds(rounds, [&] {
    double mean = 0.0;
    for (int i = 0; i < kRepeats; ++i) {
      const auto level = kernels.block_dc(frame.data(), theo::kFrameSamples, &mean, blocked.data());
      sink = meter.Measure(blocked.data(), blocked.data() + theo::kHopSamples, level.sum_of_squares).flatness;
    }
  });
  return 1e6 * seconds / kRepeats;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 50;
  for (const theo::simd::Kernels* kernels : theo::simd::SupportedKernels()) {
    std::printf(
        "{\"simd\":\"%s\",\"usPer64MsAt48kHz\":%.3f,\"usPer64MsAt44100Hz\":%.3f,\"usPer64MsAt16kHz\":%.3f,"
        "\"usPer64MsAt8kHz\":%.3f,\"usRmsAndFlatnessPerFrame\":%.3f}\n",
        kernels->name, FrontEndUs(*kernels, 48000, rounds), FrontEndUs(*kernels, 44100, rounds),
        FrontEndUs(*kernels, 16000, rounds), FrontEndUs(*kernels, 8000, rounds), EnergyUs(*kernels, rounds));
    std::fflush(stdout);
  }
}
