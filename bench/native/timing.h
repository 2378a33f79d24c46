#pragma once

#include <algorithm>
#include <chrono>

namespace theo::bench {

/** Seconds that `work` takes. */
template <class Work>
double SecondsOf(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/** The shortest of `rounds` runs: what the code needs when nothing else takes the core. */
template <class Work>
double BestSeconds(int rounds, Work&& work) {
  double best = SecondsOf(work);
  for (int round = 1; round < rounds; ++round) best = std::min(best, SecondsOf(work));
  return best;
}

}  // namespace theo::bench
