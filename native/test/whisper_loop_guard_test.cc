#include <vector>

#include "check.h"
#include "whisper/loop_guard.h"

namespace {

using Tokens = std::vector<whisper_token>;

Tokens Repeat(const Tokens& period, int times) {
  Tokens tokens = {1, 2, 3};
  for (int i = 0; i < times; ++i) tokens.insert(tokens.end(), period.begin(), period.end());
  return tokens;
}

}  // namespace

TEST("text without repetition is no loop") {
  CHECK_EQ(theo::RepeatedTail(Tokens{}), 0U);
  CHECK_EQ(theo::RepeatedTail(Tokens{1}), 0U);
  CHECK_EQ(theo::RepeatedTail(Tokens{1, 2, 3, 4, 5, 1, 2, 3}), 0U);
}

TEST("digits said several times are no loop") {
  CHECK_EQ(theo::RepeatedTail(Repeat({9}, 5)), 0U);
  CHECK_EQ(theo::RepeatedTail(Repeat({4, 2}, 4)), 0U);
}

TEST("a phrase over and over is a loop, and all but its first time is cut") {
  CHECK_EQ(theo::RepeatedTail(Repeat({10, 11, 12, 13}, 4)), 12U);
  CHECK_EQ(theo::RepeatedTail(Repeat({9}, 11)), 10U);
  CHECK_EQ(theo::RepeatedTail(Repeat({7, 8}, 7)), 12U);
}

TEST("a sentence over and over is a loop, also in scripts that take many tokens") {
  Tokens sentence;
  for (int i = 0; i < 30; ++i) sentence.push_back(100 + i);
  CHECK_EQ(theo::RepeatedTail(Repeat(sentence, 4)), 90U);
  CHECK_EQ(theo::RepeatedTail(Repeat(sentence, 3)), 0U);
}

THEO_TEST_MAIN()
