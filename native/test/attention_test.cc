#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "test/attention_problem.h"
#include "test/check.h"

// Every variant that runs on this machine against plain double-precision code.

namespace {

using theo::KeyValueBlock;
using theo::simd::Kernels;
using theo::test::Between;
using theo::test::ForEachVariant;
using theo::test::FromHalf;
using theo::test::kUntouched;
using theo::test::Problem;
using theo::test::Random;

constexpr std::uint16_t kOne = 0x3C00;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

Problem RandomProblem(Random& random) {
  Problem problem;
  // Below a vector, around whole vectors, and more than one task takes.
  constexpr std::size_t kMostQueries[] = {2, 9, 20, 70, 150};
  problem.query_rows = Between(random, 1, kMostQueries[Between(random, 0, 4)]);
  problem.key_rows = Between(random, 1, Between(random, 0, 3) == 0 ? 450 : 110);
  problem.heads = Between(random, 1, 9);
  problem.head_size = 16 * Between(random, 1, problem.heads > 3 ? 4 : 8);
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
    problem.Check(problem.RunEveryVariant());
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
      for (const unsigned parts : {2U, 3U, 20U}) CHECK(problem.Run(kernels, blocks, parts) == whole);
    });
  }
}

TEST("an independent query's result does not depend on the others, to the last bit") {
  Random random(3);
  for (int i = 0; i < 40; ++i) {
    Problem together = RandomProblem(random);
    together.independent = true;
    Problem alone = together;
    alone.query_rows = 1;
    ForEachVariant([&](const Kernels& kernels) {
      const auto all = together.Run(kernels);
      for (std::size_t query = 0; query < together.query_rows; query += 1 + together.query_rows / 7) {
        const auto row = all.begin() + static_cast<std::ptrdiff_t>(query * together.stride());
        alone.queries.assign(
            together.queries.begin() + (row - all.begin()),
            together.queries.begin() + (row - all.begin()) + static_cast<std::ptrdiff_t>(together.stride()));
        // What a causal query does not see is not there for it.
        alone.key_rows =
            together.causal ? together.key_rows - together.query_rows + query + 1 : together.key_rows;
        const auto expected = alone.Run(kernels);
        CHECK(std::equal(expected.begin(), expected.end(), row));
      }
    });
    together.Check(together.RunEveryVariant());
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
    single.Check(pooled.RunEveryVariant());
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
    problem.Check(problem.RunEveryVariant());
  }
}

TEST("a query that sees nothing gets zeros") {
  Random random(6);
  for (const std::size_t query_rows : {3U, 100U}) {
    Problem problem;
    problem.query_rows = query_rows;
    problem.Fill(random);
    problem.causal = true;  // one key, which the last query alone sees
    problem.Check(problem.RunEveryVariant());
    problem.causal = false;
    problem.bias = {-kInfinity};
    for (const auto& out : problem.RunEveryVariant()) {
      for (const float x : out) CHECK(x == 0.0F || x == kUntouched);
    }
  }
}

THEO_TEST_MAIN()
