#include "attention/attention.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "simd/kernels.h"
#include "test/check.h"

// Every variant that runs on this machine against plain double-precision code.

namespace {

using theo::AttentionInput;
using theo::AttentionWorkspace;
using theo::KeyValueBlock;
using theo::simd::Kernels;

using Random = std::mt19937;

constexpr std::uint16_t kOne = 0x3C00;
constexpr float kInfinity = std::numeric_limits<float>::infinity();
/// What lies between rows of output, and must stay.
constexpr float kUntouched = 12345.0F;

template <class Body>
void ForEachVariant(Body body) {
  for (const Kernels* kernels : theo::simd::SupportedKernels()) body(*kernels);
}

std::size_t Between(Random& random, std::size_t low, std::size_t high) {
  return std::uniform_int_distribution<std::size_t>(low, high)(random);
}

double FromHalf(std::uint16_t half) {
  const int exponent = (half >> 10) & 0x1F;
  const int fraction = half & 0x3FF;
  const double sign = (half & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent < 31) return sign * std::ldexp(1024 + fraction, exponent - 25);
  return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                       : std::numeric_limits<double>::quiet_NaN();
}

/// Halves of either sign, from 2^-8 to 4.
std::vector<std::uint16_t> RandomHalves(Random& random, std::size_t count) {
  std::vector<std::uint16_t> halves(count);
  for (std::uint16_t& half : halves) {
    half = static_cast<std::uint16_t>(Between(random, 7U << 10, (17U << 10) - 1) |
                                      (Between(random, 0, 1) << 15));
  }
  return halves;
}

/// A case with memory of its own.
struct Problem {
  std::size_t query_rows = 1;
  std::size_t key_rows = 1;
  std::size_t heads = 1;
  std::size_t head_size = 64;
  bool causal = false;
  std::vector<float> queries;
  std::vector<std::uint16_t> keys;
  std::vector<std::uint16_t> values;
  std::vector<float> bias;

  /// Floats or halves from one row to the next: there is a gap, and it is no whole vector.
  [[nodiscard]] std::size_t stride() const { return heads * head_size + 3; }
  [[nodiscard]] float scale() const { return 1.0F / std::sqrt(static_cast<float>(head_size)); }

  void Fill(Random& random) {
    std::normal_distribution<float> normal(0.0F, 1.0F);
    queries.resize(query_rows * stride());
    for (float& x : queries) x = normal(random);
    keys = RandomHalves(random, key_rows * stride());
    values = RandomHalves(random, key_rows * stride());
  }

  /// Rows `from` to `to`.
  [[nodiscard]] KeyValueBlock Block(std::size_t from, std::size_t to) const {
    return {.keys = keys.data() + from * stride(),
            .values = values.data() + from * stride(),
            .rows = to - from,
            .stride = stride(),
            .bias = bias.empty() ? nullptr : bias.data() + from};
  }

  [[nodiscard]] std::vector<float> Run(const Kernels& kernels, std::span<const KeyValueBlock> blocks,
                                       unsigned parts = 1) const {
    std::vector<float> out(query_rows * stride(), kUntouched);
    const AttentionInput in = {.queries = queries.data(),
                               .query_rows = query_rows,
                               .query_stride = stride(),
                               .heads = heads,
                               .head_size = head_size,
                               .scale = scale(),
                               .blocks = blocks,
                               .causal = causal,
                               .out = out.data(),
                               .out_stride = stride()};
    for (unsigned part = 0; part < parts; ++part) {
      AttentionWorkspace workspace;
      theo::Attend(in, workspace, part, parts, kernels);
    }
    return out;
  }
  [[nodiscard]] std::vector<float> Run(const Kernels& kernels) const {
    const KeyValueBlock block = Block(0, key_rows);
    return Run(kernels, {&block, 1});
  }

  /// One row of one head, and how far a computation in 32-bit floats may be from it.
  struct Row {
    std::vector<double> out;
    double tolerance = 0.0;
  };
  [[nodiscard]] Row Reference(std::size_t query, std::size_t head) const {
    std::vector<double> scores;
    double largest_sum = 0.0;  // of magnitudes: what the rounding errors of a score go by
    for (std::size_t k = 0; k < key_rows; ++k) {
      if (causal && k + query_rows > key_rows + query) break;
      double score = 0.0;
      double sum = 0.0;
      for (std::size_t d = 0; d < head_size; ++d) {
        const std::size_t at = head * head_size + d;
        const double product = queries[query * stride() + at] * FromHalf(keys[k * stride() + at]) * scale();
        score += product;
        sum += std::abs(product);
      }
      scores.push_back(score + (bias.empty() ? 0.0 : bias[k]));
      largest_sum = std::max(largest_sum, sum);
    }
    const double highest = scores.empty() ? 0.0 : *std::max_element(scores.begin(), scores.end());
    double mass = 0.0;
    for (double& score : scores) mass += score = std::exp(score - highest);
    Row row = {std::vector<double>(head_size), 0.0};
    double largest_value = 0.0;
    for (std::size_t k = 0; k < scores.size(); ++k) {
      for (std::size_t d = 0; d < head_size; ++d) {
        const double value = FromHalf(values[k * stride() + head * head_size + d]);
        row.out[d] += scores[k] / mass * value;
        largest_value = std::max(largest_value, std::abs(value));
      }
    }
    row.tolerance = 2e-7 * (1.0 + largest_sum) * largest_value;
    return row;
  }

  void Check(std::span<const float> out) const {
    for (std::size_t query = 0; query < query_rows; ++query) {
      for (std::size_t head = 0; head < heads; ++head) {
        const Row row = Reference(query, head);
        const float* actual = out.data() + query * stride() + head * head_size;
        for (std::size_t d = 0; d < head_size; ++d) CHECK_NEAR(actual[d], row.out[d], row.tolerance);
      }
      for (std::size_t gap = heads * head_size; gap < stride(); ++gap) {
        CHECK_EQ(out[query * stride() + gap], kUntouched);
      }
    }
  }
};

Problem RandomProblem(Random& random) {
  Problem problem;
  // Below a vector, around whole vectors, and more than one task takes.
  constexpr std::size_t kMostQueries[] = {2, 9, 20, 70, 150};
  problem.query_rows = Between(random, 1, kMostQueries[Between(random, 0, 4)]);
  problem.key_rows = Between(random, 1, Between(random, 0, 3) == 0 ? 450 : 110);
  problem.heads = Between(random, 1, 3);
  problem.head_size = 16 * Between(random, 1, 8);
  problem.causal = problem.key_rows >= problem.query_rows && Between(random, 0, 1) == 1;
  problem.Fill(random);
  if (Between(random, 0, 1) == 1) {
    problem.bias.resize(problem.key_rows);
    for (float& bias : problem.bias) bias = std::log(static_cast<float>(Between(random, 1, 64)));
  }
  return problem;
}

}  // namespace

TEST("random shapes") {
  Random random(1);
  for (int i = 0; i < 60; ++i) {
    const Problem problem = RandomProblem(random);
    ForEachVariant([&](const Kernels& kernels) { problem.Check(problem.Run(kernels)); });
  }
}

TEST("neither the cut into blocks nor that into parts changes a bit") {
  Random random(2);
  for (int i = 0; i < 40; ++i) {
    const Problem problem = RandomProblem(random);
    std::size_t cuts[5] = {0, 0, 0, 0, problem.key_rows};
    for (std::size_t c = 1; c < 4; ++c) cuts[c] = Between(random, 0, problem.key_rows);
    std::sort(cuts, cuts + 5);
    std::vector<KeyValueBlock> blocks;
    for (std::size_t c = 0; c < 4; ++c) blocks.push_back(problem.Block(cuts[c], cuts[c + 1]));
    ForEachVariant([&](const Kernels& kernels) {
      const auto whole = problem.Run(kernels);
      CHECK(problem.Run(kernels, blocks) == whole);
      for (const unsigned parts : {2U, 3U, 7U, 64U}) CHECK(problem.Run(kernels, blocks, parts) == whole);
    });
  }
}

TEST("every half is read exactly") {
  // One key has all the weight, so that what comes out is its value.
  Problem problem;
  problem.heads = 1024;
  for (const std::size_t query_rows : {1U, 16U}) {
    problem.query_rows = query_rows;
    problem.queries.assign(query_rows * problem.stride(), 1.0F);
    problem.keys.assign(problem.stride(), kOne);
    problem.values.resize(problem.stride());
    for (std::size_t i = 0; i < 65536; ++i) problem.values[i] = static_cast<std::uint16_t>(i);
    ForEachVariant([&](const Kernels& kernels) {
      const auto out = problem.Run(kernels);
      for (std::size_t i = 0; i < 65536; ++i) {
        const double expected = FromHalf(static_cast<std::uint16_t>(i));
        CHECK(std::isnan(expected) ? std::isnan(out[i]) : static_cast<double>(out[i]) == expected);
      }
    });
  }
}

TEST("scores of 10,000 and -10,000") {
  Random random(3);
  Problem problem;
  problem.key_rows = 200;
  for (const std::size_t query_rows : {1U, 4U, 20U}) {
    problem.query_rows = query_rows;
    problem.Fill(random);
    // Key 150 scores 10,000 with even queries and -10,000 with odd ones; all others the opposite.
    for (std::size_t i = 0; i < problem.queries.size(); ++i) {
      problem.queries[i] = (i / problem.stride()) % 2 == 0 ? 1250.0F : -1250.0F;
    }
    for (std::size_t i = 0; i < problem.keys.size(); ++i) {
      problem.keys[i] = i / problem.stride() == 150 ? kOne : kOne | 0x8000;
    }
    ForEachVariant([&](const Kernels& kernels) {
      const auto out = problem.Run(kernels);
      for (std::size_t d = 0; d < problem.head_size; ++d) {
        double mean = 0.0;
        for (std::size_t k = 0; k < problem.key_rows; ++k) {
          if (k != 150) mean += FromHalf(problem.values[k * problem.stride() + d]) / 199.0;
        }
        for (std::size_t i = 0; i < query_rows; ++i) {
          const double expected = i % 2 == 0 ? FromHalf(problem.values[150 * problem.stride() + d]) : mean;
          CHECK_NEAR(out[i * problem.stride() + d], expected, 1e-6);
        }
      }
    });
  }
}

TEST("one row with a bias of log(g) stands for g rows") {
  Random random(4);
  for (const std::size_t query_rows : {1U, 5U, 30U}) {
    Problem pooled;
    pooled.query_rows = query_rows;
    pooled.key_rows = 30;
    pooled.Fill(random);
    Problem single = pooled;
    single.key_rows = 30 + 63;
    for (std::size_t copy = 0; copy < 63; ++copy) {
      const auto last = static_cast<std::ptrdiff_t>(29 * pooled.stride());
      single.keys.insert(single.keys.end(), pooled.keys.begin() + last, pooled.keys.end());
      single.values.insert(single.values.end(), pooled.values.begin() + last, pooled.values.end());
    }
    pooled.bias.assign(30, 0.0F);
    pooled.bias[29] = std::log(64.0F);
    ForEachVariant([&](const Kernels& kernels) { single.Check(pooled.Run(kernels)); });
  }
}

TEST("a bias of minus infinity takes a row out") {
  Random random(5);
  for (const std::size_t query_rows : {1U, 7U, 40U}) {
    Problem problem;
    problem.query_rows = query_rows;
    problem.key_rows = 250;
    problem.Fill(random);
    problem.bias.assign(250, 0.0F);
    std::fill_n(problem.bias.begin(), 120, -kInfinity);
    ForEachVariant([&](const Kernels& kernels) { problem.Check(problem.Run(kernels)); });
  }
}

TEST("a query that sees nothing gets zeros") {
  Random random(6);
  for (const std::size_t query_rows : {3U, 100U}) {
    Problem problem;
    problem.query_rows = query_rows;
    problem.Fill(random);
    problem.causal = true;  // one key, which the last query alone sees
    ForEachVariant([&](const Kernels& kernels) { problem.Check(problem.Run(kernels)); });
    problem.causal = false;
    problem.bias = {-kInfinity};
    ForEachVariant([&](const Kernels& kernels) {
      for (const float x : problem.Run(kernels)) CHECK(x == 0.0F || x == kUntouched);
    });
  }
}

THEO_TEST_MAIN()
