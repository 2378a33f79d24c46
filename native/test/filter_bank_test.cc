#include "audio/filter_bank.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include "audio/format.h"
#include "simd/kernels.h"
#include "test/check.h"

using theo::FilterBank;

TEST("sessions of a rate share one table") {
  const auto first = FilterBank::ForRate(44100);
  CHECK(FilterBank::ForRate(44100) == first);
  CHECK(FilterBank::ForRate(48000) != first);
}

TEST("tables of the latest rates stay, older ones only while they are held") {
  const auto held = FilterBank::ForRate(8000);
  const std::weak_ptr<const FilterBank> released = FilterBank::ForRate(32000);
  for (std::size_t i = 1; i < FilterBank::kKeptBanks; ++i) {
    FilterBank::ForRate(static_cast<int>(8000 + 100 * i));
  }
  CHECK(!released.expired());
  FilterBank::ForRate(12000);
  CHECK(released.expired());
  CHECK(FilterBank::ForRate(8000) == held);
}

TEST("threads may ask for tables at the same time") {
  std::vector<std::shared_ptr<const FilterBank>> banks(4);
  std::vector<std::thread> threads;
  for (auto& bank : banks) threads.emplace_back([&bank] { bank = FilterBank::ForRate(22050); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& bank : banks) CHECK(bank == banks.front());
}

TEST("no rate needs a large table") {
  std::size_t largest = 0;
  for (int rate = theo::kMinInputRateHz; rate <= theo::kMaxInputRateHz; rate += 997) {
    largest = std::max(largest, FilterBank(rate).table_floats());
  }
  CHECK_BELOW(largest, FilterBank::kMaxTableFloats + FilterBank::kMaxTableFloats / 4);
}

TEST("rows fit the vectors and pass a constant as it is") {
  for (const int rate : {8000, 11025, 16001, 44100, 48000, 192000}) {
    const FilterBank bank(rate);
    CHECK_EQ(bank.taps() % theo::simd::kTapMultiple, 0U);
    for (std::size_t i = 0; i < bank.table_floats() / bank.taps(); ++i) {
      const float* row = bank.row(i);
      CHECK_NEAR(std::accumulate(row, row + bank.taps(), 0.0), 1.0, 1e-6);
    }
  }
}

TEST("the rate is exact") {
  for (const int rate : {8000, 44100, 44101, 192000}) {
    const FilterBank bank(rate);
    CHECK_EQ(bank.step() * std::uint64_t{16000}, bank.phases() * static_cast<std::uint64_t>(rate));
  }
}

THEO_TEST_MAIN()
