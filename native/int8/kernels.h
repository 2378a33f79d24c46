#pragma once

#include <cstddef>
#include <cstdint>

namespace theo::int8 {

// Included by the variant files: nothing here may bring inline library code (see CMakeLists.txt).

/**
 * Some rows of quantized activations times some panels of weights. A panel holds `Kernels::panel_outputs`
 * outputs, as [depth / 4][panel_outputs][4]: each four neighbouring inputs of one output lie together.
 */
struct Task {
  /** Rows as `Kernels::quantize` makes them. */
  const void* activations;
  std::size_t activation_stride_bytes;
  const float* activation_scales;
  std::size_t rows;
  /** Inputs with their padding, which is zero. */
  std::size_t depth;

  /** The first panel of the matrix, as are the scales of its outputs and the values that their sums start at.
   */
  const std::int8_t* weights;
  const float* weight_scales;
  const std::int32_t* first_sums;
  /** Outputs of the matrix without padding, the panels of this task. */
  std::size_t outputs;
  std::size_t begin_panel;
  std::size_t end_panel;

  /** Null: none. */
  const float* bias;
  const float* residual;
  std::size_t residual_stride;
  bool is_gelu;
  float* y;
  std::size_t y_stride;
};

/** One instruction set's kernels. None of them allocates, locks or throws. */
struct Kernels {
  const char* name;
  std::size_t panel_outputs;
  /** Inputs are padded with zeros to a multiple of this. */
  std::size_t depth_multiple;
  /** Of one quantized activation. */
  std::size_t activation_bytes;
  /** Added to every quantized activation, for instructions that take them unsigned. */
  std::int32_t activation_offset;

  /**
   * Rounds rows of `inputs` floats, `x_stride` floats apart, to `depth` integers in -127..127, the largest
   * magnitude of each row becoming 127, and writes what one of them stands for to `scales`. Rows of nothing
   * but (nearly) zeros get scale 0; those that hold a NaN or an infinity get zeros and the scale NaN.
   */
  void (*quantize)(const float* x, std::size_t x_stride, std::size_t rows, std::size_t inputs,
                   std::size_t depth, void* activations, std::size_t activation_stride_bytes, float* scales);

  void (*multiply)(const Task& task);
};

/** Every variant that can run here, best last; none where there are no kernels for the CPU. */
struct KernelList {
  const Kernels* const* items;
  std::size_t count;
  const Kernels* const* begin() const { return items; }
  const Kernels* const* end() const { return items + count; }
};
KernelList SupportedKernels();

/**
 * The kernels in use: the best that this CPU and its operating system support, or what the environment
 * variable THEO_INT8 names. Chosen once a process.
 * @throws std::invalid_argument as KernelsNamed; std::runtime_error where nothing can run.
 */
const Kernels& ActiveKernels();

/** @throws std::invalid_argument, listing those that can, when no variant of that name can run here. */
const Kernels& KernelsNamed(const char* name);

}  // namespace theo::int8
