#include <cstring>
#include <limits>
#include <random>
#include <thread>

#include "int8/multiply.h"
#include "test/check.h"
#include "test/int8/reference.h"
#include "test/int8/variants.h"

// Every variant that runs on this machine, and stand-ins for the others, against plain code.

namespace {

using theo::Int8Matrix;
using theo::Int8Product;
using theo::Int8Workspace;
using theo::int8::Kernels;
using theo::test::ForEachVariant;
using theo::test::Layer;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/** Every bit the same, NaNs aside. */
void CheckSame(const std::vector<float>& actual, const std::vector<float>& expected,
               const std::string& what) {
  CHECK_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (actual[i] == expected[i] || (std::isnan(actual[i]) && std::isnan(expected[i]))) continue;
    theo::test::Fail(__FILE__, __LINE__,
                     what + ": value " + std::to_string(i) + " is " + std::to_string(actual[i]) +
                         ", expected " + std::to_string(expected[i]));
    return;
  }
}

std::string Describe(const Layer& layer, const Kernels& kernels, unsigned parts) {
  return std::string(kernels.name) + ", " + std::to_string(layer.outputs) + " outputs, " +
         std::to_string(layer.inputs) + " inputs, " + std::to_string(layer.rows) + " rows, " +
         std::to_string(parts) + " parts";
}

}  // namespace

TEST("every variant gives every bit of the reference, whatever the shape and the number of parts") {
  std::mt19937 random(1);
  const auto draw = [&random](std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random);
  };
  for (unsigned round = 0; round < 60; ++round) {
    const std::size_t inputs = draw(1, 300);
    // Every third product runs over overlapping rows.
    const std::size_t stride = round % 3 == 0 ? draw(1, inputs) : inputs + draw(0, 20);
    const Layer layer(draw(1, 200), inputs, draw(1, 110), stride, round);
    const auto expected = ExactReference(layer);
    ForEachVariant([&](const Kernels& kernels) {
      for (const unsigned parts : {1U, 2U, 3U, 7U}) {
        CheckSame(layer.Run(kernels, parts), expected, Describe(layer, kernels, parts));
      }
    });
  }
}

TEST("more rows than are quantized at a time") {
  const Layer layer(70, 1500, 400, 1500, 2);
  const auto expected = ExactReference(layer);
  ForEachVariant([&](const Kernels& kernels) {
    for (const unsigned parts : {1U, 3U}) {
      CheckSame(layer.Run(kernels, parts), expected, Describe(layer, kernels, parts));
    }
  });
}

TEST("parts run at once on threads") {
  for (const std::size_t rows : {1U, 90U}) {
    const Layer layer(300, 200, rows, 200, 3);
    const auto expected = ExactReference(layer);
    ForEachVariant([&](const Kernels& kernels) {
      const Int8Matrix matrix = layer.Pack(kernels);
      std::vector<float> y;
      const Int8Product product = layer.Product(y);
      std::vector<std::jthread> threads;
      for (unsigned part = 0; part < 4; ++part) {
        threads.emplace_back([&matrix, &product, part] {
          Int8Workspace workspace;
          Multiply(matrix, product, workspace, part, 4);
        });
      }
      threads.clear();
      CheckSame(y, expected, Describe(layer, kernels, 4));
    });
  }
}

TEST("only the outputs are written; the result may replace the residual; bias and residual may be absent") {
  const Layer layer(37, 50, 9, 50, 4);
  const std::size_t stride = 40;
  const auto expected = ExactReference(layer);
  ForEachVariant([&](const Kernels& kernels) {
    const Int8Matrix matrix = layer.Pack(kernels);
    Int8Workspace workspace;
    std::vector<float> y(layer.rows * stride, 7.0F);
    for (std::size_t row = 0; row < layer.rows; ++row) {
      std::memcpy(&y[row * stride], &layer.residual[row * layer.outputs], layer.outputs * sizeof(float));
    }
    std::vector<float> packed;
    Int8Product product = layer.Product(packed);
    product.y = y.data();
    product.y_stride = stride;
    product.residual = y.data();
    product.residual_stride = stride;
    Multiply(matrix, product, workspace, 0, 1);
    for (std::size_t row = 0; row < layer.rows; ++row) {
      for (std::size_t i = 0; i < stride; ++i) {
        CHECK_EQ(y[row * stride + i], i < layer.outputs ? expected[row * layer.outputs + i] : 7.0F);
      }
    }

    product.bias = nullptr;
    product.residual = nullptr;
    Multiply(matrix, product, workspace, 0, 1);
    Layer bare = layer;
    std::fill(bare.bias.begin(), bare.bias.end(), 0.0F);
    std::fill(bare.residual.begin(), bare.residual.end(), 0.0F);
    const auto bare_expected = ExactReference(bare);
    for (std::size_t row = 0; row < layer.rows; ++row) {
      for (std::size_t i = 0; i < layer.outputs; ++i) {
        CHECK_EQ(y[row * stride + i], bare_expected[row * layer.outputs + i]);
      }
    }
  });
}

TEST("sums are exact at the extremes") {
  // All magnitudes are the largest: a sum of pairs that saturates anywhere shows.
  for (const std::size_t inputs : {std::size_t{64}, std::size_t{1029}, Int8Matrix::kMaxInputs}) {
    Layer layer(17, inputs, 5, inputs, 5);
    for (std::size_t i = 0; i < layer.weights.size(); ++i)
      layer.weights[i] = i / inputs % 3 == 0 ? -127.0F : 127.0F;
    for (std::size_t i = 0; i < layer.x.size(); ++i) {
      const std::size_t row = i / inputs;
      layer.x[i] = row == 0 ? 127.0F : row == 1 ? -127.0F : i % (row + 1) == 0 ? -127.0F : 127.0F;
    }
    const auto expected = ExactReference(layer);
    ForEachVariant([&](const Kernels& kernels) {
      CheckSame(layer.Run(kernels), expected, Describe(layer, kernels, 1));
    });
  }
}

TEST("rounds to the nearest, to the even one of two") {
  // 127 makes the scale 1.
  Layer layer(1, 8, 1, 8, 6);
  layer.weights = {1, 1, 1, 1, 1, 1, 1, 0};
  layer.x = {0.5F, 1.5F, 2.5F, -0.5F, -1.5F, -2.5F, 3.4999F, 127.0F};
  layer.bias = {0.0F};
  layer.residual = {0.0F};
  ForEachVariant([&](const Kernels& kernels) {
    for (std::size_t i = 0; i < 7; ++i) {
      Layer one = layer;
      std::fill(one.weights.begin(), one.weights.end(), 0.0F);
      one.weights[i] = 127.0F;
      const float rounded[7] = {0.0F, 2.0F, 2.0F, 0.0F, -2.0F, -2.0F, 3.0F};
      CHECK_EQ(one.Run(kernels)[0], 127.0F * rounded[i]);
    }
  });
}

TEST("the error is within what rounding weights and activations can cause") {
  for (unsigned round = 0; round < 8; ++round) {
    const std::size_t inputs = std::size_t{64} << (round % 4);
    Layer layer(40, inputs, 12, inputs, 100 + round);
    // Activations of Whisper have outliers, and so coarse steps for the others.
    for (std::size_t i = 0; i < layer.x.size(); i += 97) layer.x[i] *= 30.0F;
    ForEachVariant([&](const Kernels& kernels) {
      const auto y = layer.Run(kernels);
      for (std::size_t row = 0; row < layer.rows; ++row) {
        const float* x = &layer.x[row * layer.x_stride];
        const double x_step = theo::test::QuantizedRow(x, layer.inputs).scale;
        for (std::size_t output = 0; output < layer.outputs; ++output) {
          const float* w = &layer.weights[output * layer.inputs];
          const double w_step = theo::test::QuantizedRow(w, layer.inputs).scale;
          double exact = layer.bias[output] + layer.residual[row * layer.outputs + output];
          double bound = 1e-5;
          for (std::size_t i = 0; i < layer.inputs; ++i) {
            exact += static_cast<double>(x[i]) * w[i];
            bound += (std::abs(x[i]) * w_step + std::abs(w[i]) * x_step) / 2.0 + x_step * w_step / 4.0;
          }
          CHECK_NEAR(y[row * layer.outputs + output], exact, bound);
        }
      }
    });
  }
}

TEST("rows of zeros and of denormal numbers count as zeros") {
  Layer layer(20, 70, 6, 70, 7);
  const auto fill = [&layer](std::size_t row, float value) {
    std::fill_n(layer.x.begin() + static_cast<std::ptrdiff_t>(row * 70), 70, value);
  };
  fill(1, 0.0F);
  fill(2, -0.0F);
  fill(3, 1e-40F);
  fill(4, 1e-31F);           // below 2^-100
  layer.x[5 * 70] = 1e-40F;  // beside ordinary numbers
  std::fill_n(layer.weights.begin(), 70, 1e-40F);
  const auto expected = ExactReference(layer);
  ForEachVariant([&](const Kernels& kernels) {
    const auto y = layer.Run(kernels);
    CheckSame(y, expected, kernels.name);
    for (std::size_t row = 1; row < 5; ++row) {
      for (std::size_t i = 0; i < 20; ++i)
        CHECK_EQ(y[row * 20 + i], layer.bias[i] + layer.residual[row * 20 + i]);
    }
  });
}

TEST("the largest and the smallest numbers that count") {
  Layer layer(5, 33, 2, 33, 8);
  for (std::size_t i = 0; i < 33; ++i) {
    layer.x[i] = i % 2 == 0 ? std::numeric_limits<float>::max() : -std::numeric_limits<float>::max();
    layer.x[33 + i] = i % 2 == 0 ? 0x1p-100F : -0x1p-101F;
  }
  const auto expected = ExactReference(layer);
  ForEachVariant([&](const Kernels& kernels) { CheckSame(layer.Run(kernels), expected, kernels.name); });
}

TEST("what is no number makes its own row of results NaN, or its own output") {
  for (const float bad : {kNaN, -kNaN, kInfinity, -kInfinity}) {
    const Layer good(30, 75, 8, 75, 9);
    const auto expected = ExactReference(good);
    for (const std::size_t at : {0U, 40U, 74U}) {
      Layer layer = good;
      layer.x[3 * 75 + at] = bad;
      Layer bad_weights = good;
      bad_weights.weights[21 * 75 + at] = bad;
      ForEachVariant([&](const Kernels& kernels) {
        const auto y = layer.Run(kernels);
        const auto of_bad_weights = bad_weights.Run(kernels);
        for (std::size_t i = 0; i < y.size(); ++i) {
          CHECK(i / 30 == 3 ? std::isnan(y[i]) : y[i] == expected[i]);
          CHECK(i % 30 == 21 ? std::isnan(of_bad_weights[i]) : of_bad_weights[i] == expected[i]);
        }
      });
    }
  }
}

TEST("no rows, and more parts than there is work") {
  const Layer layer(3, 10, 1, 10, 10);
  ForEachVariant([&](const Kernels& kernels) {
    CheckSame(layer.Run(kernels, 9), ExactReference(layer), kernels.name);
    std::vector<float> y;
    Int8Product product = layer.Product(y);
    product.rows = 0;
    Int8Workspace workspace;
    Multiply(layer.Pack(kernels), product, workspace, 0, 1);
    CHECK(std::isnan(y[0]));
  });
}

THEO_TEST_MAIN()
