#include <cmath>
#include <random>
#include <vector>

#include "check.h"
#include "whisper/token_starts.h"

namespace {

constexpr std::size_t kStartTokens = 3;

/// Heads that look around the middle of the token which is read next, and at a place of their own that is no
/// speech.
theo::CrossAttention Looking(const std::vector<std::int32_t>& starts, std::size_t positions,
                             std::uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> noise(0.0F, 0.02F);
  theo::CrossAttention attention;
  attention.heads = 4;
  attention.tokens = kStartTokens + starts.size();
  attention.positions = positions;
  attention.weights.resize(attention.heads * attention.tokens * positions);
  for (std::size_t head = 0; head < attention.heads; ++head) {
    for (std::size_t token = 0; token < attention.tokens; ++token) {
      const auto row = attention.Row(head, token);
      for (float& weight : row) weight = noise(random);
      row[head * 7] += 0.5F;
      const std::size_t read = token - (kStartTokens - 1);
      if (token + 1 < kStartTokens || read >= starts.size()) continue;
      const auto first = static_cast<std::size_t>(starts[read]);
      const auto last = read + 1 < starts.size() ? static_cast<std::size_t>(starts[read + 1]) : positions;
      for (std::size_t i = first; i < last; ++i) row[i] += 0.3F;
    }
  }
  return attention;
}

}  // namespace

TEST("tokens begin where the heads turn to them, whatever else all tokens look at") {
  const std::vector<std::int32_t> starts = {0, 12, 40, 47, 80, 95};
  theo::CrossAttention attention = Looking(starts, 120, 1);
  const auto found = theo::TokenStarts(attention, kStartTokens - 1, starts.size() - 1);
  CHECK_EQ(found.size(), starts.size());
  for (std::size_t i = 0; i < starts.size(); ++i) CHECK_NEAR(found[i], starts[i], 2);
}

TEST("positions that every token sees alike count nothing") {
  const std::vector<std::int32_t> starts = {0, 20, 30};
  theo::CrossAttention attention = Looking(starts, 60, 2);
  for (std::size_t head = 0; head < attention.heads; ++head) {
    for (std::size_t token = 0; token < attention.tokens; ++token) attention.Row(head, token)[10] = 1.0F;
  }
  const auto found = theo::TokenStarts(attention, kStartTokens - 1, 2);
  CHECK_NEAR(found[1], 20, 2);
  CHECK_NEAR(found[2], 30, 2);
}

TEST("there are more tokens than positions") {
  theo::CrossAttention attention = Looking(std::vector<std::int32_t>(30, 0), 29, 3);
  const auto found = theo::TokenStarts(attention, kStartTokens - 1, 29);
  for (std::size_t i = 1; i < found.size(); ++i) {
    CHECK(found[i - 1] <= found[i]);
    CHECK(found[i] < 29);
  }
}

THEO_TEST_MAIN()
