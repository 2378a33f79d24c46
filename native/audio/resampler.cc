#include "audio/resampler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "audio/format.h"

namespace theo {
namespace {

/** Inputs taken at a time, beside those that the filter still needs. */
constexpr std::size_t kRoom = 1024;
constexpr auto kBlock = static_cast<std::uint32_t>(simd::kBlockOutputs);

}  // namespace

Resampler::Resampler(int input_rate_hz, const simd::Kernels& kernels)
    : input_rate_hz_(input_rate_hz),
      kernels_(&kernels),
      bank_(input_rate_hz == kSampleRateHz ? nullptr : FilterBank::ForRate(input_rate_hz)),
      step_(bank_ ? bank_->step() : 1),
      phases_(bank_ ? bank_->phases() : 1),
      window_(bank_ ? 2 * bank_->reach() : 1),
      capacity_(kRoom + (bank_ ? bank_->taps() : 0)),
      // Rows are longer than the window: their zeros may reach beyond the input so far and the capacity.
      buffer_(MakeAlignedFloats(capacity_ + (bank_ ? bank_->taps() : 0))) {
  Reset();
}

void Resampler::Reset() {
  begin_ = 0;
  // Silence before the first input fills the part of the window that looks back.
  end_ = bank_ ? bank_->reach() - 1 : 0;
  std::fill_n(buffer_.get(), end_, 0.0F);
  phase_ = 0;
  block_ = 0;
  done_in_block_ = 0;
  inputs_ = 0;
  outputs_ = 0;
  is_finished_ = false;
}

std::size_t Resampler::PrepareRoom(std::size_t wanted) {
  if (capacity_ - end_ < wanted && begin_ > 0) {
    // When decimating, the next window may begin beyond the input so far.
    const std::size_t gone = std::min(begin_, end_);
    std::memmove(buffer_.get(), buffer_.get() + gone, (end_ - gone) * sizeof(float));
    begin_ -= gone;
    end_ -= gone;
  }
  return std::min(wanted, capacity_ - end_);
}

std::size_t Resampler::Write(std::span<const unsigned char> pcm) {
  const std::size_t count = PrepareRoom(pcm.size() / 2);
  kernels_->s16_to_float(pcm.data(), count, buffer_.get() + end_);
  end_ += count;
  inputs_ += count;
  return count;
}

std::size_t Resampler::Write(std::span<const float> samples) {
  const std::size_t count = PrepareRoom(samples.size());
  std::transform(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count), buffer_.get() + end_,
                 [](float sample) { return std::isfinite(sample) ? sample : 0.0F; });
  end_ += count;
  inputs_ += count;
  return count;
}

void Resampler::Finish() {
  is_finished_ = true;
}

std::uint64_t Resampler::OutputsFor(std::size_t more_inputs) const {
  const std::uint64_t inputs = inputs_ + more_inputs;
  return (inputs * phases_ + step_ - 1) / step_ - outputs_;
}

std::size_t Resampler::ReadyOutputs() const {
  if (begin_ + window_ > end_) return 0;
  // Output k of the block has its window at begin_ + (phase_ + k step) / phases.
  const std::uint64_t spare = end_ - begin_ - window_;
  const std::uint64_t in_reach = ((spare + 1) * phases_ - phase_ - 1) / step_ + 1;
  return in_reach <= done_in_block_
             ? 0
             : static_cast<std::size_t>(std::min(in_reach - done_in_block_, pending()));
}

std::size_t Resampler::Read(std::span<float> out) {
  if (is_finished_ && ReadyOutputs() < pending()) {
    const std::size_t room = PrepareRoom(window_);
    std::fill_n(buffer_.get() + end_, room, 0.0F);
    end_ += room;
  }
  const std::size_t count = std::min(out.size(), ReadyOutputs());
  if (count == 0) return 0;
  if (!bank_) {
    std::copy_n(buffer_.get() + begin_, count, out.data());
    begin_ += count;
  } else if (bank_->blocks() != 0) {
    ReadBlocks(out.data(), count);
  } else {
    ReadInterpolated(out.data(), count);
  }
  outputs_ += count;
  return count;
}

// A block is computed as a whole even if only a part is wanted or known: so each output is the same sum,
// however the input was cut.
void Resampler::ReadBlocks(float* out, std::size_t count) {
  std::array<float, simd::kBlockOutputs> partial;
  while (count > 0) {
    const auto taken = static_cast<std::uint32_t>(std::min<std::size_t>(kBlock - done_in_block_, count));
    const bool is_whole = taken == kBlock;
    kernels_->fir_block(buffer_.get() + begin_, bank_->block(block_), bank_->taps(),
                        is_whole ? out : partial.data());
    if (!is_whole) std::copy_n(partial.data() + done_in_block_, taken, out);
    out += taken;
    count -= taken;
    done_in_block_ += taken;
    if (done_in_block_ < kBlock) return;
    done_in_block_ = 0;
    block_ = block_ + 1 == bank_->blocks() ? 0 : block_ + 1;
    const std::uint32_t position = phase_ + kBlock * step_;
    begin_ += position / phases_;
    phase_ = position % phases_;
  }
}

// Two outputs at a time, each between the rows on both sides of its place.
void Resampler::ReadInterpolated(float* out, std::size_t count) {
  constexpr std::size_t kPair = 2;
  const double intervals_per_phase = static_cast<double>(bank_->intervals()) / phases_;
  std::array<const float*, 2 * kPair> x{};
  std::array<const float*, 2 * kPair> h{};
  std::array<float, 2 * kPair> sums;
  std::array<float, kPair> weight{};
  for (std::size_t done = 0; done < count; done += kPair) {
    const std::size_t outputs = std::min(kPair, count - done);
    for (std::size_t i = 0; i < outputs; ++i) {
      const double place = phase_ * intervals_per_phase;
      const auto row = static_cast<std::size_t>(place);
      weight[i] = static_cast<float>(place - static_cast<double>(row));
      x[2 * i] = x[2 * i + 1] = buffer_.get() + begin_;
      h[2 * i] = bank_->row(row);
      h[2 * i + 1] = bank_->row(row + 1);
      const std::uint32_t position = phase_ + step_;
      begin_ += position / phases_;
      phase_ = position % phases_;
    }
    if (outputs < kPair) {
      x[2] = x[3] = x[0];
      h[2] = h[3] = h[0];
    }
    kernels_->dot4(x.data(), h.data(), bank_->taps(), sums.data());
    for (std::size_t i = 0; i < outputs; ++i) {
      out[done + i] = sums[2 * i] + weight[i] * (sums[2 * i + 1] - sums[2 * i]);
    }
  }
}

}  // namespace theo
