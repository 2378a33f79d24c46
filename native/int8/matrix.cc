#include "int8/matrix.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>

namespace theo {
namespace {

constexpr float kSmallestMagnitude = 0x1p-100F;

std::size_t RoundUp(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/** To the nearest integer, to the even one of two, for magnitudes below 2^22; the addition rounds. */
std::int32_t RoundToInt(float x) {
  constexpr float kShift = 0x1.8p23F;
  return std::bit_cast<std::int32_t>(x + kShift) - std::bit_cast<std::int32_t>(kShift);
}

/** The largest magnitude, infinity where a weight is no number. */
float LargestMagnitude(std::span<const float> weights) {
  float largest = 0.0F;
  for (const float weight : weights) {
    const float magnitude = std::abs(weight);
    largest = magnitude <= largest ? largest : magnitude;  // NaN replaces, and is replaced by what follows it
    if (!std::isfinite(magnitude)) return std::numeric_limits<float>::infinity();
  }
  return largest;
}

}  // namespace

Int8Matrix::Int8Matrix(std::size_t outputs, std::size_t inputs, const int8::Kernels& kernels)
    : kernels_(&kernels),
      outputs_(outputs),
      inputs_(inputs),
      padded_outputs_(RoundUp(outputs, kernels.panel_outputs)),
      depth_(RoundUp(inputs, kernels.depth_multiple)) {
  if (outputs == 0 || inputs == 0 || inputs > kMaxInputs) {
    throw std::invalid_argument("a matrix of " + std::to_string(outputs) + " outputs and " +
                                std::to_string(inputs) + " inputs: at least 1 of each, and at most " +
                                std::to_string(kMaxInputs) + " inputs are possible");
  }
  weights_ = int8::MakeAlignedArray<std::int8_t>(padded_outputs_ * depth_);
  scales_ = int8::MakeAlignedArray<float>(padded_outputs_);
  first_sums_ = int8::MakeAlignedArray<std::int32_t>(padded_outputs_);
}

void Int8Matrix::SetRow(std::size_t output, std::span<const float> weights) {
  if (output >= outputs_ || weights.size() != inputs_) {
    throw std::invalid_argument("row " + std::to_string(output) + " of " + std::to_string(weights.size()) +
                                " weights for a matrix of " + std::to_string(outputs_) + " outputs and " +
                                std::to_string(inputs_) + " inputs");
  }
  const float largest = LargestMagnitude(weights);
  const bool is_finite = std::isfinite(largest);
  const bool is_zero = largest < kSmallestMagnitude;
  scales_[output] = is_zero ? 0.0F : is_finite ? largest / 127.0F : std::numeric_limits<float>::quiet_NaN();
  const float inverse = is_zero || !is_finite ? 0.0F : 127.0F / largest;

  const std::size_t panel_outputs = kernels_->panel_outputs;
  const std::size_t step = 4 * panel_outputs;
  std::int8_t* packed =
      weights_.get() + output / panel_outputs * panel_outputs * depth_ + 4 * (output % panel_outputs);
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < inputs_; i += 4, packed += step) {
    const std::size_t count = std::min<std::size_t>(4, inputs_ - i);
    for (std::size_t j = 0; j < count; ++j) {
      const std::int32_t rounded = is_finite ? RoundToInt(weights[i + j] * inverse) : 0;
      packed[j] = static_cast<std::int8_t>(rounded);
      sum += rounded;
    }
  }
  // Activations come with an offset: starting below zero takes it away again.
  first_sums_[output] = -kernels_->activation_offset * sum;
}

std::size_t Int8Matrix::bytes() const {
  return padded_outputs_ * (depth_ + sizeof(float) + sizeof(std::int32_t));
}

bool Int8Matrix::Supported() {
  return int8::SupportedKernels().count > 0;
}

const char* Int8Matrix::KernelName() {
  return Supported() ? int8::ActiveKernels().name : "none";
}

}  // namespace theo
