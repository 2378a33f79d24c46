#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "audio/filter_bank.h"
#include "simd/aligned_floats.h"
#include "simd/kernels.h"

namespace theo {

/**
 * Streaming conversion of 16-bit PCM at any integer rate of 8..192 kHz to floats at 16 kHz.
 *
 * Output n is the input's value at n / 16000 s, exactly aligned: the filter is centred on that instant, so
 * the delay is only that FilterBank::kHalfWidthSeconds of input after it must have come. 16 kHz passes
 * through untouched and at once. Outputs do not depend, to the bit, on how the input was cut.
 *
 * Alternate Write and Read until Write has taken everything and Read returns nothing. Neither allocates.
 */
class Resampler {
 public:
  explicit Resampler(int input_rate_hz, const simd::Kernels& kernels = simd::ActiveKernels());

  /** Takes as many of the little-endian 16-bit samples as there is room for. @returns how many. */
  std::size_t Write(std::span<const unsigned char> pcm);
  /** The same for floats; what is not finite counts as 0. */
  std::size_t Write(std::span<const float> samples);

  /** Writes the outputs that are ready, at most out.size(). @returns how many. */
  std::size_t Read(std::span<float> out);

  /**
   * Ends the input: zeros follow. Read then gives all outputs up to the input's end, ceil(inputs * 16000 /
   * rate) in total; Write must not be called any more.
   */
  void Finish();

  /** Forgets all input and starts at instant 0 again. */
  void Reset();

  int input_rate_hz() const { return input_rate_hz_; }
  /** Outputs that can be read now. */
  std::uint64_t pending() const { return OutputsFor(0); }
  /** Outputs that could be read if this many more inputs had been written. */
  std::uint64_t OutputsFor(std::size_t more_inputs) const;

 private:
  std::size_t PrepareRoom(std::size_t wanted);
  std::size_t ReadyOutputs() const;
  void ReadBlocks(float* out, std::size_t count);
  void ReadInterpolated(float* out, std::size_t count);

  int input_rate_hz_;
  const simd::Kernels* kernels_;
  std::shared_ptr<const FilterBank> bank_;  // null: pass-through
  std::uint32_t step_;
  std::uint32_t phases_;
  std::size_t window_;  // inputs that an output is computed from
  std::size_t capacity_;

  // Inputs [begin_, end_) of the buffer are still needed. The window of the current block's first output
  // (when interpolating: of the next output) starts at begin_; that output lies phase_ / phases_ after an
  // input.
  AlignedFloats buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint32_t phase_ = 0;
  std::size_t block_ = 0;
  std::uint32_t done_in_block_ = 0;

  std::uint64_t inputs_ = 0;
  std::uint64_t outputs_ = 0;
  bool is_finished_ = false;
};

}  // namespace theo
