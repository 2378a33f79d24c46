#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "int8/multiply.h"
#include "test/check.h"
#include "test/int8/variants.h"

// GELU alone: a product with a row of zeros leaves the bias for it.

namespace {

using theo::int8::Kernels;

std::vector<float> Gelu(const std::vector<float>& x, const Kernels& kernels) {
  const theo::Int8Matrix zeros(x.size(), 1, kernels);
  const float zero = 0.0F;
  std::vector<float> y(x.size());
  theo::Int8Product product;
  product.x = &zero;
  product.rows = 1;
  product.bias = x.data();
  product.activation = theo::Activation::kGelu;
  product.y = y.data();
  theo::Int8Workspace workspace;
  Multiply(zeros, product, workspace, 0, 1);
  return y;
}

double Reference(double x) {
  // 0.5 (1 + tanh(u)) = 1 / (1 + exp(-2u)), which keeps its precision where tanh is nearly -1.
  return x / (1.0 + std::exp(-2.0 * std::sqrt(2.0 / 3.14159265358979323846) * x * (1.0 + 0.044715 * x * x)));
}

}  // namespace

TEST("GELU is within 2e-7 of the tanh form, of its size above 1") {
  std::vector<float> x;
  for (int i = -160000; i <= 160000; ++i) x.push_back(static_cast<float>(i) / 10000.0F);
  std::mt19937 random(1);
  for (int i = 0; i < 100000; ++i) {
    x.push_back(std::ldexp(std::uniform_real_distribution<float>(-2.0F, 2.0F)(random),
                           std::uniform_int_distribution<int>(-40, 20)(random)));
  }
  theo::test::ForEachVariant([&](const Kernels& kernels) {
    const auto y = Gelu(x, kernels);
    double worst = 0.0;
    double worst_relative = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double reference = Reference(x[i]);
      const double error = std::abs(y[i] - reference);
      worst = std::max(worst, error / std::max(1.0, std::abs(reference)));
      if (x[i] > -3.0F && x[i] != 0.0F)
        worst_relative = std::max(worst_relative, error / std::abs(reference));
    }
    CHECK_BELOW(worst, 2e-7);
    CHECK_BELOW(worst_relative, 1e-6);
  });
}

TEST("GELU of the extremes") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kLargest = std::numeric_limits<float>::max();
  const std::vector<float> x = {kInfinity,
                                kLargest,
                                30.0F,
                                0.0F,
                                -0.0F,
                                1e-40F,
                                -1e-40F,
                                -30.0F,
                                -kLargest,
                                -kInfinity,
                                std::numeric_limits<float>::quiet_NaN()};
  theo::test::ForEachVariant([&](const Kernels& kernels) {
    const auto y = Gelu(x, kernels);
    for (std::size_t i = 0; i < 4; ++i) CHECK_EQ(y[i], x[i]);
    for (std::size_t i = 4; i < 10; ++i) CHECK_NEAR(y[i], 0.0, 1e-25);
    CHECK(std::isnan(y[10]));
  });
}

THEO_TEST_MAIN()
