#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <limits>
#include <random>
#include <stdexcept>
#include <string_view>

#include "simd/kernels.h"
#include "simd/spectrum_tables.h"
#include "test/check.h"
#include "test/signals.h"

// Every variant that runs on this machine against plain double-precision code.

namespace {

using theo::simd::Kernels;
using theo::test::WhiteNoise;

template <class Body>
void ForEachVariant(Body body) {
  for (const Kernels* kernels : theo::simd::SupportedKernels()) body(*kernels);
}

std::vector<double> ReferencePower(std::span<const float> frame) {
  const std::size_t size = frame.size();
  std::vector<double> power(size / 2);
  for (std::size_t k = 0; k < power.size(); ++k) {
    std::complex<double> sum = 0.0;
    for (std::size_t n = 0; n < size; ++n) {
      const double window =
          0.5 - 0.5 * std::cos(theo::test::kTurn * static_cast<double>(n) / static_cast<double>(size));
      const double angle = -theo::test::kTurn * static_cast<double>(k * n % size) / static_cast<double>(size);
      sum += window * static_cast<double>(frame[n]) * std::polar(1.0, angle);
    }
    power[k] = std::norm(sum);
  }
  return power;
}

}  // namespace

TEST("the best supported variant is in use") {
  const auto list = theo::simd::SupportedKernels();
  CHECK_EQ(std::string_view(list.items[0]->name), std::string_view("scalar"));
  if (const char* wanted = std::getenv("THEO_SIMD")) {
    CHECK_EQ(std::string_view(theo::simd::ActiveKernels().name), std::string_view(wanted));
  } else {
    CHECK(&theo::simd::ActiveKernels() == list.items[list.count - 1]);
  }
}

TEST("a variant is found by its name, and a wrong name is refused with those that run here") {
  ForEachVariant([](const Kernels& kernels) { CHECK(&theo::simd::KernelsNamed(kernels.name) == &kernels); });
  try {
    theo::simd::KernelsNamed("mmx");
    CHECK(false);
  } catch (const std::invalid_argument& error) {
    const std::string_view message = error.what();
    CHECK(message.find("'mmx'") != message.npos);
    ForEachVariant([&](const Kernels& kernels) { CHECK(message.find(kernels.name) != message.npos); });
  }
}

TEST("16-bit PCM converts exactly, at any length and alignment") {
  std::vector<unsigned char> pcm(2 * 65536 + 1);
  for (std::size_t i = 0; i < 65536; ++i) {
    pcm[1 + 2 * i] = static_cast<unsigned char>(i & 0xFF);
    pcm[2 + 2 * i] = static_cast<unsigned char>(i >> 8);
  }
  ForEachVariant([&](const Kernels& kernels) {
    std::vector<float> out(65536);
    kernels.s16_to_float(pcm.data() + 1, out.size(), out.data());
    for (std::size_t i = 0; i < out.size(); ++i) {
      const int value = i < 32768 ? static_cast<int>(i) : static_cast<int>(i) - 65536;
      CHECK_EQ(out[i], static_cast<float>(value) / 32768.0F);
    }
    for (std::size_t count = 0; count < 40; ++count) {
      std::vector<float> few(count + 1, 7.0F);
      kernels.s16_to_float(pcm.data() + 1, count, few.data());
      CHECK(std::equal(few.begin(), few.end() - 1, out.begin()));
      CHECK_EQ(few.back(), 7.0F);
    }
  });
}

TEST("dot products") {
  const auto x = WhiteNoise(1100, 0.3, 1);
  const auto rows = WhiteNoise(8 * 704, 0.1, 2);
  for (const std::size_t taps : {16U, 32U, 48U, 176U, 704U}) {
    ForEachVariant([&](const Kernels& kernels) {
      const auto reference = [&](const float* a, const float* b) {
        double sum = 0.0;
        for (std::size_t i = 0; i < taps; ++i) sum += static_cast<double>(a[i]) * b[i];
        return sum;
      };
      const double tolerance = 5e-8 * std::sqrt(static_cast<double>(taps));
      float out[8];
      kernels.fir_block(x.data() + 3, rows.data(), taps, out);
      for (std::size_t j = 0; j < 8; ++j) {
        CHECK_NEAR(out[j], reference(x.data() + 3, rows.data() + j * taps), tolerance);
      }
      const float* xs[4];
      const float* hs[4];
      for (std::size_t j = 0; j < 4; ++j) {
        xs[j] = x.data() + 5 * j;
        hs[j] = rows.data() + j * taps;
      }
      kernels.dot4(xs, hs, taps, out);
      for (std::size_t j = 0; j < 4; ++j) CHECK_NEAR(out[j], reference(xs[j], hs[j]), tolerance);
    });
  }
}

TEST("a product's result does not depend on its place in the block") {
  const auto x = WhiteNoise(176, 0.3, 3);
  const auto row = WhiteNoise(176, 0.1, 4);
  std::vector<float> rows;
  for (int j = 0; j < 8; ++j) rows.insert(rows.end(), row.begin(), row.end());
  ForEachVariant([&](const Kernels& kernels) {
    float out[8];
    kernels.fir_block(x.data(), rows.data(), row.size(), out);
    for (const float sum : out) CHECK_EQ(sum, out[0]);
    const float* xs[4] = {x.data(), x.data(), x.data(), x.data()};
    const float* hs[4] = {row.data(), row.data(), row.data(), row.data()};
    kernels.dot4(xs, hs, row.size(), out);
    for (std::size_t j = 0; j < 4; ++j) CHECK_EQ(out[j], out[0]);
  });
}

TEST("the DC blocker follows its recursion and measures what comes out") {
  auto in = WhiteNoise(512, 0.2, 5);
  for (float& sample : in) sample += 0.4F;
  ForEachVariant([&](const Kernels& kernels) {
    double mean = 0.1;
    double reference_mean = 0.1;
    for (int hop = 0; hop < 20; ++hop) {
      std::vector<float> out(in.size());
      const auto level = kernels.block_dc(in.data(), in.size(), &mean, out.data());
      double squares = 0.0;
      double peak = 0.0;
      for (std::size_t n = 0; n < in.size(); ++n) {
        const double y = in[n] - reference_mean;
        reference_mean = theo::simd::kDcPole * reference_mean + (1.0 - theo::simd::kDcPole) * in[n];
        CHECK_NEAR(out[n], y, 5e-7);
        squares += y * y;
        peak = std::max(peak, std::abs(y));
      }
      CHECK_NEAR(level.sum_of_squares, squares, 1e-5 * squares);
      CHECK_NEAR(level.peak, peak, 1e-6);
    }
  });
}

TEST("gain ramps to its goal and limits") {
  const auto in = WhiteNoise(512, 0.3, 6);
  ForEachVariant([&](const Kernels& kernels) {
    std::vector<float> out(in.size());
    kernels.apply_gain(in.data(), in.size(), 1.0F, 3.0F, out.data());
    for (std::size_t n = 0; n < in.size(); ++n) {
      const double gain = 1.0 + 2.0 * static_cast<double>(n + 1) / 512.0;
      CHECK_NEAR(out[n], std::clamp(gain * in[n], -1.0, 1.0), 1e-6);
    }
    kernels.apply_gain(in.data(), in.size(), 1.0F, 1.0F, out.data());
    for (std::size_t n = 0; n < in.size(); ++n) CHECK_EQ(out[n], std::clamp(in[n], -1.0F, 1.0F));
  });
}

TEST("the spectrum's sums") {
  auto frame = WhiteNoise(1024, 0.1, 8);
  const auto tone = theo::test::Sine(1234.5, 16000, 1024, 0.3);
  for (std::size_t n = 0; n < frame.size(); ++n) frame[n] = 0.05F * frame[n] + tone[n];
  const auto power = ReferencePower(frame);
  constexpr double kFloor = 4.0 * 0.375 * 1024.0 / 12.0 / 32768.0 / 32768.0;
  for (const std::size_t high : {std::size_t{200}, std::size_t{456}}) {
    double logs = 0.0;
    double magnitudes = 0.0;
    for (std::size_t bin = 8; bin < high; bin += 4) {
      // The kernel works at four times the power.
      const double band = 4.0 * (power[bin] + power[bin + 1] + power[bin + 2] + power[bin + 3] + kFloor);
      logs += 0.5 * std::log2(band);
      magnitudes += std::sqrt(band);
    }
    ForEachVariant([&](const Kernels& kernels) {
      const auto sums =
          kernels.spectrum(frame.data(), frame.data() + 512, theo::simd::TablesFor(kernels), 8, high);
      CHECK_NEAR(sums.log2_magnitude, logs, 1e-3);
      CHECK_NEAR(sums.magnitude, magnitudes, 1e-4 * magnitudes);
    });
  }
}

TEST("the first highest number of a span, at any length") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kLowest = -std::numeric_limits<float>::infinity();
  std::mt19937 random(9);
  for (std::size_t count = 0; count < 700; ++count) {
    std::vector<float> values(count);
    // Few different values, so that the highest comes often; sometimes hardly anything but NaN.
    const bool scarce = random() % 4 == 0;
    for (float& value : values) {
      const auto kind = random() % 8;
      value = kind < (scarce ? 7U : 1U) ? kNan : kind == 7 ? kLowest : static_cast<float>(random() % 40);
    }
    std::size_t index = count;
    for (std::size_t i = 0; i < count; ++i) {
      if (!std::isnan(values[i]) && (index == count || values[i] > values[index])) index = i;
    }
    ForEachVariant([&](const Kernels& kernels) {
      const auto found = kernels.arg_max(values.data(), count);
      CHECK_EQ(found.index, index);
      CHECK_EQ(found.value, index < count ? values[index] : kLowest);
    });
  }
}

TEST("exponentials keep to their stated error") {
  for (int i = -8800; i <= 8800; ++i) {
    const float x = 0.01F * static_cast<float>(i) * 0.99F;
    const double expected = std::exp(static_cast<double>(x));
    ForEachVariant([&](const Kernels& kernels) {
      CHECK_NEAR(kernels.sum_exp(&x, 1, 0.0F) / expected, 1.0, 2.5e-7 + 1e-7 * std::abs(x));
    });
  }
  const float none[] = {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity(),
                        -88.0F, -1e30F};
  ForEachVariant([&](const Kernels& kernels) { CHECK_EQ(kernels.sum_exp(none, 4, 0.0F), 0.0F); });
}

TEST("sums of exponentials, at any length") {
  const auto values = WhiteNoise(51865, 4.0, 10);
  for (const std::size_t count : {0U, 1U, 5U, 16U, 100U, 1023U, 1500U, 51865U}) {
    double expected = 0.0;
    for (std::size_t i = 0; i < count; ++i) expected += std::exp(static_cast<double>(values[i]) - 12.5);
    ForEachVariant([&](const Kernels& kernels) {
      CHECK_NEAR(kernels.sum_exp(values.data(), count, 12.5F), expected, 5e-6 * expected);
    });
  }
}

TEST("kernels survive what is no number") {
  std::vector<float> bad(1024, std::numeric_limits<float>::quiet_NaN());
  bad[3] = std::numeric_limits<float>::infinity();
  bad[600] = -std::numeric_limits<float>::infinity();
  ForEachVariant([&](const Kernels& kernels) {
    std::vector<float> out(1024);
    double mean = 0.0;
    kernels.block_dc(bad.data(), 1024, &mean, out.data());
    kernels.spectrum(bad.data(), bad.data() + 512, theo::simd::TablesFor(kernels), 8, 456);
    kernels.apply_gain(bad.data(), 1024, 1.0F, 2.0F, out.data());
    for (const float sample : out) CHECK(!(std::abs(sample) > 1.0F));
  });
}

THEO_TEST_MAIN()
