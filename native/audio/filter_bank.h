#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "simd/aligned_floats.h"

namespace theo {

/**
 * The coefficients that take one input rate to 16 kHz: a Kaiser-windowed sinc, the same for every rate when
 * seen in time (kHalfWidthSeconds to each side), 6 dB down at half of the lower of the two rates.
 *
 * Output n lies at n * step() / phases() inputs, exactly. What is stored depends on the number of phases:
 *
 * Few: rows for blocks of kBlockOutputs neighbouring outputs that look at one common window of the input,
 * each row shifted to its output's place in the window. The blocks repeat after blocks() of them.
 *
 * Many: one row for each of intervals() + 1 places between two inputs; an output interpolates linearly
 * between two rows.
 *
 * Sources: Kaiser, "Nonrecursive digital filter design using the I0-sinh window function" (1974); Smith and
 * Gossett, "A flexible sampling-rate conversion method" (1984) for the interpolation.
 */
class FilterBank {
 public:
  /** The filter's one-sided length and so the resampler's delay: an output needs this much input after its
   * instant. */
  static constexpr double kHalfWidthSeconds = 0.00175;
  /** Tables stay below about this many floats (256 KiB) whatever the rate. */
  static constexpr std::size_t kMaxTableFloats = std::size_t{1} << 16;

  /** Banks that are kept when nobody holds them any more, because designing one takes milliseconds. */
  static constexpr std::size_t kKeptBanks = 16;

  /** The bank for a rate of kMinInputRateHz..kMaxInputRateHz, shared by all who hold it. Thread-safe. */
  static std::shared_ptr<const FilterBank> ForRate(int input_rate_hz);

  explicit FilterBank(int input_rate_hz);

  std::uint32_t phases() const { return phases_; }
  std::uint32_t step() const { return step_; }
  /** An output at `base` and a fraction looks at inputs base - reach() + 1 .. base + reach(). */
  std::size_t reach() const { return reach_; }
  /** Length of a row; the first coefficient is for input base - reach() + 1 of the block's first output. */
  std::size_t taps() const { return taps_; }
  /** Different blocks; 0 when interpolating. */
  std::size_t blocks() const { return blocks_; }
  /** Intervals that the space between two inputs is cut into; 0 when it is not interpolated. */
  std::uint32_t intervals() const { return intervals_; }

  /** simd::kBlockOutputs rows, one after the other. */
  const float* block(std::size_t index) const;
  /** The row for an output `index` intervals after an input, 0..intervals(). */
  const float* row(std::size_t index) const { return table_.get() + index * taps_; }
  std::size_t table_floats() const { return rows_ * taps_; }

 private:
  /** @param fraction the output's distance from its base, 0..1; @param shift the base's from the window's. */
  void FillRow(double fraction, std::size_t shift, float* row) const;

  int input_rate_hz_;
  std::uint32_t phases_;
  std::uint32_t step_;
  std::size_t reach_;
  std::size_t taps_ = 0;
  std::size_t blocks_ = 0;
  std::uint32_t intervals_ = 0;
  std::size_t rows_ = 0;
  AlignedFloats table_;
};

}  // namespace theo
