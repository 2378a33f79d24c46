// Speed, quality and latency of our resampler and of others in one run; one JSON object a line. Argument:
// rounds.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "peers.h"
#include "test/signals.h"
#include "timing.h"

namespace {

using theo::bench::Contender;
using theo::test::FitTone;
using theo::test::Sine;
using theo::test::ToDb;

/** Audio comes in messages of 20 ms. */
template <class Sample>
void FeedInMessages(theo::bench::StreamingConverter& converter, std::span<const Sample> input, int rate,
                    std::vector<float>& out) {
  const auto message = static_cast<std::size_t>(rate / 50);
  while (!input.empty()) {
    const std::size_t count = std::min(message, input.size());
    converter.Feed(input.first(count), out);
    input = input.subspan(count);
  }
}

std::vector<float> Convert(const Contender& contender, std::span<const float> input, int rate) {
  std::vector<float> out;
  FeedInMessages(*contender.make(rate), input, rate, out);
  return out;
}

/** The settled middle of what came out. */
std::span<const float> Middle(const std::vector<float>& out) {
  return std::span(out).subspan(1600, out.size() - 1600 - 800);
}

struct Quality {
  double worst_snr_db = std::numeric_limits<double>::infinity();
  double pass_ripple_db = 0.0;
  double stop_db = -std::numeric_limits<double>::infinity();
};

Quality Judge(const Contender& contender, int rate) {
  constexpr double kAmplitude = 0.9;
  const auto length = static_cast<std::size_t>(rate) / 2;
  Quality quality;
  for (double hz = 100.0; hz <= 7000.0; hz += 300.0) {
    const auto out = Convert(contender, Sine(hz, rate, length, kAmplitude), rate);
    const auto fit = FitTone(Middle(out), hz);
    quality.worst_snr_db = std::min(quality.worst_snr_db, fit.snr_db());
    quality.pass_ripple_db = std::max(quality.pass_ripple_db, std::abs(ToDb(fit.amplitude / kAmplitude)));
  }
  // Finely at the band's edge, where the worst is.
  for (double hz = 9000.0; hz < rate / 2.0; hz += hz < 10000.0 ? 17.0 : 217.0) {
    const double folded = std::abs(std::remainder(hz, 16000.0));
    if (folded > 7000.0) continue;
    const auto out = Convert(contender, Sine(hz, rate, length, kAmplitude), rate);
    const double level = theo::test::Rms(Middle(out)) * std::numbers::sqrt2 / kAmplitude;
    quality.stop_db = std::max(quality.stop_db, ToDb(level));
  }
  return quality;
}

/** From a sample's arrival to the arrival of its image, fed sample by sample in small pieces: what streaming
 * waits for. */
double LatencyMs(const Contender& contender, int rate) {
  std::vector<float> input(static_cast<std::size_t>(rate));
  const std::size_t at = input.size() / 2;
  input[at] = 1.0F;
  const auto converter = contender.make(rate);
  std::vector<float> out;
  std::vector<std::size_t> come;  // outputs there after each input
  for (const float& sample : input) {
    converter->Feed(std::span(&sample, 1), out);
    come.push_back(out.size());
  }
  const auto peak =
      std::max_element(out.begin(), out.end(), [](float a, float b) { return std::abs(a) < std::abs(b); });
  const auto index = static_cast<std::size_t>(peak - out.begin());
  const auto seen = std::upper_bound(come.begin(), come.end(), index) - come.begin();
  return 1000.0 * (static_cast<double>(seen) - static_cast<double>(at)) / rate;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 20;
  const auto contenders = theo::bench::Contenders();
  for (const int rate : {48000, 44100}) {
    constexpr int kSeconds = 2;
    const auto noise = theo::test::WhiteNoise(static_cast<std::size_t>(rate) * kSeconds, 0.1);
    std::vector<std::int16_t> pcm(noise.size());
    std::transform(noise.begin(), noise.end(), pcm.begin(),
                   [](float x) { return static_cast<std::int16_t>(std::clamp(x, -1.0F, 1.0F) * 32767.0F); });

    // The rounds of all contenders alternate, so that a busy moment of the machine does not strike one of
    // them alone.
    std::vector<double> best(contenders.size(), std::numeric_limits<double>::infinity());
    std::vector<std::unique_ptr<theo::bench::StreamingConverter>> converters;
    for (const auto& contender : contenders) converters.push_back(contender.make(rate));
    std::vector<float> out;
    out.reserve(16000 * (kSeconds + 1));
    for (int round = 0; round < rounds; ++round) {
      for (std::size_t i = 0; i < contenders.size(); ++i) {
        out.clear();
        const double seconds = theo::bench::SecondsOf(
            [&] { FeedInMessages(*converters[i], std::span<const std::int16_t>(pcm), rate, out); });
        best[i] = std::min(best[i], seconds);
      }
    }
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      const Quality quality = Judge(contenders[i], rate);
      std::printf(
          "{\"library\":\"%s\",\"inputRateHz\":%d,\"inputSamplesPerSecond\":%.0f,\"snrDb\":%.1f,"
          "\"stopBandDb\":%.1f,"
          "\"passBandErrorDb\":%.4f,\"latencyMs\":%.2f}\n",
          contenders[i].name.c_str(), rate, static_cast<double>(pcm.size()) / best[i], quality.worst_snr_db,
          quality.stop_db, quality.pass_ripple_db, LatencyMs(contenders[i], rate));
      std::fflush(stdout);
    }
  }
}
