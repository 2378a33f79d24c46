#include "audio/filter_bank.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <mutex>
#include <numbers>
#include <numeric>
#include <vector>

#include "audio/format.h"
#include "simd/kernels.h"

namespace theo {
namespace {

/** Shape of the Kaiser window; the half width turns it into a transition of 2 kHz around the cut-off. */
constexpr double kAttenuationDb = 107.3;
/** Interpolating linearly between phases errs by at most this, relative to a full-scale tone at the band's
 * edge. */
constexpr double kInterpolationError = 1e-6;

/** Modified Bessel function of the first kind, order 0, by its power series. */
double BesselI0(double x) {
  double sum = 1.0;
  double term = 1.0;
  for (int k = 1; term > 1e-18 * sum; ++k) {
    const double factor = x / (2.0 * k);
    term *= factor * factor;
    sum += term;
  }
  return sum;
}

std::size_t RoundUpToTaps(std::size_t length) {
  return (length + simd::kTapMultiple - 1) / simd::kTapMultiple * simd::kTapMultiple;
}

double Sinc(double x) {
  const double angle = std::numbers::pi * x;
  return std::abs(angle) < 1e-9 ? 1.0 : std::sin(angle) / angle;
}

}  // namespace

std::shared_ptr<const FilterBank> FilterBank::ForRate(int input_rate_hz) {
  static std::mutex mutex;
  static std::map<int, std::weak_ptr<const FilterBank>> banks;
  static std::deque<std::shared_ptr<const FilterBank>> recent;
  const std::lock_guard lock(mutex);
  std::shared_ptr<const FilterBank> bank = banks[input_rate_hz].lock();
  if (!bank) bank = std::make_shared<const FilterBank>(input_rate_hz);
  banks[input_rate_hz] = bank;
  std::erase(recent, bank);
  recent.push_front(bank);
  if (recent.size() > kKeptBanks) recent.pop_back();
  std::erase_if(banks, [](const auto& entry) { return entry.second.expired(); });
  return bank;
}

FilterBank::FilterBank(int input_rate_hz)
    : input_rate_hz_(input_rate_hz),
      phases_(static_cast<std::uint32_t>(kSampleRateHz / std::gcd(input_rate_hz, kSampleRateHz))),
      step_(static_cast<std::uint32_t>(input_rate_hz / std::gcd(input_rate_hz, kSampleRateHz))),
      reach_(static_cast<std::size_t>(std::ceil(kHalfWidthSeconds * input_rate_hz))) {
  constexpr auto kBlock = static_cast<std::uint32_t>(simd::kBlockOutputs);
  const std::uint32_t largest_shift = (phases_ - 1 + (kBlock - 1) * step_) / phases_;
  taps_ = RoundUpToTaps(2 * reach_ + largest_shift);
  blocks_ = phases_ / std::gcd(phases_, kBlock);
  rows_ = blocks_ * kBlock;
  if (rows_ * taps_ <= kMaxTableFloats) {
    table_ = MakeAlignedFloats(rows_ * taps_);
    for (std::uint32_t output = 0; output < rows_; ++output) {
      const std::uint32_t first_phase = output / kBlock * kBlock * step_ % phases_;
      const std::uint32_t position = first_phase + output % kBlock * step_;
      FillRow(static_cast<double>(position % phases_) / phases_, position / phases_,
              table_.get() + output * taps_);
    }
    return;
  }

  blocks_ = 0;
  taps_ = RoundUpToTaps(2 * reach_);
  // |h''| <= w^2 for a band limit of w radians an input; a chord over d inputs errs by (w d)^2 / 8.
  const double band = std::numbers::pi * std::min(kSampleRateHz, input_rate_hz) / input_rate_hz;
  intervals_ = static_cast<std::uint32_t>(std::ceil(band / std::sqrt(8.0 * kInterpolationError)));
  rows_ = intervals_ + std::size_t{1};
  table_ = MakeAlignedFloats(rows_ * taps_);
  for (std::size_t i = 0; i < rows_; ++i) {
    FillRow(static_cast<double>(i) / intervals_, 0, table_.get() + i * taps_);
  }
}

const float* FilterBank::block(std::size_t index) const {
  return row(index * simd::kBlockOutputs);
}

void FilterBank::FillRow(double fraction, std::size_t shift, float* row) const {
  const double beta = 0.1102 * (kAttenuationDb - 8.7);
  const double cutoff = std::min(1.0, static_cast<double>(kSampleRateHz) / input_rate_hz_);
  const double half_width = kHalfWidthSeconds * input_rate_hz_;
  std::vector<double> taps(2 * reach_, 0.0);
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const double distance = fraction + static_cast<double>(reach_) - 1.0 - static_cast<double>(i);
    const double position = distance / half_width;
    if (std::abs(position) >= 1.0) continue;
    taps[i] = Sinc(cutoff * distance) * BesselI0(beta * std::sqrt(1.0 - position * position));
  }
  // Every phase passes DC alike; otherwise a constant input would come out with the phases' pattern on it.
  const double sum = std::accumulate(taps.begin(), taps.end(), 0.0);
  std::transform(taps.begin(), taps.end(), row + shift,
                 [sum](double tap) { return static_cast<float>(tap / sum); });
}

}  // namespace theo
