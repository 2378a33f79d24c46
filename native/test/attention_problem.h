#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <thread>
#include <vector>

#include "attention/attention.h"
#include "simd/kernels.h"
#include "test/check.h"

namespace theo::test {

using Random = std::mt19937;

/// What lies between rows of output, and must stay.
inline constexpr float kUntouched = 12345.0F;

template <class Body>
void ForEachVariant(Body body) {
  for (const simd::Kernels* kernels : simd::SupportedKernels()) body(*kernels);
}

inline std::size_t Between(Random& random, std::size_t low, std::size_t high) {
  return std::uniform_int_distribution<std::size_t>(low, high)(random);
}

inline double FromHalf(std::uint16_t half) {
  const int exponent = (half >> 10) & 0x1F;
  const int fraction = half & 0x3FF;
  const double sign = (half & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  if (exponent < 31) return sign * std::ldexp(1024 + fraction, exponent - 25);
  return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                       : std::numeric_limits<double>::quiet_NaN();
}

/// Halves of either sign, from 2^-8 to 4.
inline std::vector<std::uint16_t> RandomHalves(Random& random, std::size_t count) {
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
  bool independent = false;

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

  [[nodiscard]] std::vector<float> Run(const simd::Kernels& kernels, std::span<const KeyValueBlock> blocks,
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
                               .out_stride = stride(),
                               .independent = independent};
    std::vector<std::jthread> threads;
    for (unsigned part = 0; part < parts; ++part) {
      threads.emplace_back([&, part] {
        AttentionWorkspace workspace;
        Attend(in, workspace, part, parts, kernels);
      });
    }
    threads.clear();
    return out;
  }
  [[nodiscard]] std::vector<float> Run(const simd::Kernels& kernels) const {
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

  /// One output for each variant.
  [[nodiscard]] std::vector<std::vector<float>> RunEveryVariant() const {
    std::vector<std::vector<float>> outputs;
    ForEachVariant([&](const simd::Kernels& kernels) { outputs.push_back(Run(kernels)); });
    return outputs;
  }

  void Check(const std::vector<std::vector<float>>& outputs) const {
    for (std::size_t query = 0; query < query_rows; ++query) {
      for (std::size_t head = 0; head < heads; ++head) {
        const Row row = Reference(query, head);
        for (const auto& out : outputs) {
          const float* actual = out.data() + query * stride() + head * head_size;
          for (std::size_t d = 0; d < head_size; ++d) CHECK_NEAR(actual[d], row.out[d], row.tolerance);
        }
      }
      for (const auto& out : outputs) {
        for (std::size_t gap = heads * head_size; gap < stride(); ++gap) {
          CHECK_EQ(out[query * stride() + gap], kUntouched);
        }
      }
    }
  }
};

}  // namespace theo::test
