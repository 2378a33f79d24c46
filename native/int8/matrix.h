#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "int8/aligned_array.h"
#include "int8/kernels.h"

namespace theo {

/**
 * The weights of a linear layer as integers of 8 bits, packed for the kernels of this CPU: each output's
 * weights are multiples of one scale, the largest magnitude of its row / 127. Outputs and inputs of any
 * number are padded inside (the inputs to a multiple of 16, or of 64 for AMX; the outputs to 16 or 64).
 */
class Int8Matrix {
 public:
  /** Inputs up to which a sum of products cannot overflow 32 bits. */
  static constexpr std::size_t kMaxInputs = 65536;

  /**
   * A matrix of zeros. `kernels` are for tests and benches: the product runs with the kernels that it was
   * packed for.
   * @throws std::invalid_argument for no outputs, no inputs, or more than kMaxInputs; as int8::ActiveKernels.
   */
  Int8Matrix(std::size_t outputs, std::size_t inputs, const int8::Kernels& kernels = int8::ActiveKernels());

  /**
   * Quantizes and packs the `inputs()` weights of one output. Different rows may be set by several threads at
   * once. A row that holds a NaN or an infinity makes its output NaN; magnitudes below 2^-100 count as zero.
   * @throws std::invalid_argument when `output` or the number of weights is out of range.
   */
  void SetRow(std::size_t output, std::span<const float> weights);

  std::size_t outputs() const { return outputs_; }
  std::size_t inputs() const { return inputs_; }
  /** Memory for weights, scales and sums, padding included. */
  std::size_t bytes() const;

  /** Whether there are kernels for this CPU: x86 from AVX2 on. Elsewhere there is no matrix. */
  static bool Supported();
  /**
   * The kernels in use: "amx", "avx512-vnni", "avx-vnni" or "avx2"; "none" where nothing is supported.
   * @throws std::invalid_argument when THEO_INT8 names what cannot run here.
   */
  static const char* KernelName();

  // What the product reads.
  const int8::Kernels& kernels() const { return *kernels_; }
  /** Inputs with their padding. */
  std::size_t depth() const { return depth_; }
  std::size_t panels() const { return padded_outputs_ / kernels_->panel_outputs; }
  const std::int8_t* weights() const { return weights_.get(); }
  const float* scales() const { return scales_.get(); }
  const std::int32_t* first_sums() const { return first_sums_.get(); }

 private:
  const int8::Kernels* kernels_;
  std::size_t outputs_;
  std::size_t inputs_;
  std::size_t padded_outputs_;
  std::size_t depth_;
  int8::AlignedArray<std::int8_t> weights_;
  int8::AlignedArray<float> scales_;
  int8::AlignedArray<std::int32_t> first_sums_;
};

}  // namespace theo
