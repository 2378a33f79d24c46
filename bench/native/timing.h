#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>

namespace theo::bench {

/** Seconds that `work` takes. */
template <class Work>
double SecondsOf(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/** Seconds of this thread's core that `work` takes: less than by the clock where others want the core too. */
template <class Work>
double CoreSecondsOf(Work&& work) {
  const auto now = [] {
    std::timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  const double start = now();
  work();
  return now() - start;
}

/** The shortest of `rounds` runs: what the code needs when nothing else takes the core. */
template <class Work>
double BestSeconds(int rounds, Work&& work) {
  double best = SecondsOf(work);
  for (int round = 1; round < rounds; ++round) best = std::min(best, SecondsOf(work));
  return best;
}

}  // namespace theo::bench
