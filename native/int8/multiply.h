#pragma once

#include <cstddef>

#include "int8/aligned_array.h"
#include "int8/matrix.h"

namespace theo {

enum class Activation { kNone, kGelu };

/**
 * y = activation(x W^T + bias) + residual, over rows of x. Each row is quantized on the fly: rounded to the
 * nearest multiple (to the even one of two) of its largest magnitude / 127. All pointers are to floats of any
 * alignment.
 *
 * A row that holds a NaN or an infinity gives a row of NaN; one whose magnitudes all lie below 2^-100 counts
 * as zeros. GELU is the tanh form.
 */
struct Int8Product {
  /** `rows` rows of w.inputs() floats, `x_stride` floats from one to the next: they may overlap. */
  const float* x = nullptr;
  std::size_t rows = 0;
  std::size_t x_stride = 0;
  /** One for each output, or null. */
  const float* bias = nullptr;
  /** Rows of w.outputs(), or null. May be `y` itself. */
  const float* residual = nullptr;
  std::size_t residual_stride = 0;
  Activation activation = Activation::kNone;
  /** Rows of w.outputs(); no other memory is written. It must not overlap `x`. */
  float* y = nullptr;
  std::size_t y_stride = 0;
};

/**
 * Scratch of one thread: quantized activations. Grows to what is needed, at most 256 KiB or 32 rows where
 * those take more, and is kept.
 */
class Int8Workspace {
 public:
  /** @throws std::bad_alloc */
  void Reserve(std::size_t activation_bytes, std::size_t rows);
  void* activations() { return activations_.get(); }
  float* scales() { return scales_.get(); }

 private:
  int8::AlignedArray<unsigned char> activations_;
  int8::AlignedArray<float> scales_;
  std::size_t activation_bytes_ = 0;
  std::size_t rows_ = 0;
};

/**
 * Computes part `part` (from 0) of `parts` of a product. The parts of one product may run on several threads
 * at once, each with its own workspace; together they do the work of one part, with the same result to the
 * last bit. They divide the rows when there are many, the outputs when there are few. Allocates only when the
 * workspace has to grow.
 */
void Multiply(const Int8Matrix& w, const Int8Product& product, Int8Workspace& workspace, unsigned part,
              unsigned parts);

}  // namespace theo
