#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "int8/multiply.h"

namespace theo::test {

/** One layer and its input, by random numbers of a seed. */
struct Layer {
  std::size_t outputs;
  std::size_t inputs;
  std::size_t rows;
  std::size_t x_stride;
  std::vector<float> weights;
  std::vector<float> bias;
  std::vector<float> x;
  std::vector<float> residual;

  Layer(std::size_t outputs_, std::size_t inputs_, std::size_t rows_, std::size_t x_stride_, unsigned seed)
      : outputs(outputs_), inputs(inputs_), rows(rows_), x_stride(x_stride_) {
    std::mt19937 random(seed);
    const auto draw = [&random](std::size_t count, float deviation) {
      std::normal_distribution<float> normal(0.0F, deviation);
      std::vector<float> values(count);
      for (float& value : values) value = normal(random);
      return values;
    };
    weights = draw(outputs * inputs, 0.05F);
    bias = draw(outputs, 0.5F);
    x = draw((rows - 1) * x_stride + inputs, 1.0F);
    residual = draw(rows * outputs, 1.0F);
  }

  Int8Matrix Pack(const int8::Kernels& kernels) const {
    Int8Matrix matrix(outputs, inputs, kernels);
    for (std::size_t output = 0; output < outputs; ++output) {
      matrix.SetRow(output, std::span(weights).subspan(output * inputs, inputs));
    }
    return matrix;
  }

  /** With bias and residual, into rows that lie side by side; `y` is made of NaNs. */
  Int8Product Product(std::vector<float>& y) const {
    y.assign(rows * outputs, std::numeric_limits<float>::quiet_NaN());
    Int8Product product;
    product.x = x.data();
    product.rows = rows;
    product.x_stride = x_stride;
    product.bias = bias.data();
    product.residual = residual.data();
    product.residual_stride = outputs;
    product.y = y.data();
    product.y_stride = outputs;
    return product;
  }

  std::vector<float> Run(const int8::Kernels& kernels, unsigned parts = 1) const {
    const Int8Matrix matrix = Pack(kernels);
    std::vector<float> y;
    const Int8Product product = Product(y);
    for (unsigned part = 0; part < parts; ++part) {
      Int8Workspace workspace;
      Multiply(matrix, product, workspace, part, parts);
    }
    return y;
  }
};

/** One row of numbers as the library quantizes it. */
struct QuantizedRow {
  float scale = 0.0F;
  std::vector<int> values;

  QuantizedRow(const float* row, std::size_t count) : values(count) {
    float largest = 0.0F;
    for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(row[i]));
    if (largest < 0x1p-100F) return;
    scale = largest / 127.0F;
    const float inverse = 127.0F / largest;
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<int>(std::nearbyint(row[i] * inverse));
  }
};

/** x W^T + bias + residual by plain code that quantizes, and so must give every bit of what the kernels give.
 */
inline std::vector<float> ExactReference(const Layer& layer) {
  std::vector<QuantizedRow> weights;
  for (std::size_t output = 0; output < layer.outputs; ++output) {
    weights.emplace_back(layer.weights.data() + output * layer.inputs, layer.inputs);
  }
  std::vector<float> y;
  for (std::size_t row = 0; row < layer.rows; ++row) {
    const QuantizedRow x(layer.x.data() + row * layer.x_stride, layer.inputs);
    for (std::size_t output = 0; output < layer.outputs; ++output) {
      std::int64_t sum = 0;
      for (std::size_t i = 0; i < layer.inputs; ++i) sum += x.values[i] * weights[output].values[i];
      y.push_back(std::fma(static_cast<float>(sum), weights[output].scale * x.scale, layer.bias[output]) +
                  layer.residual[row * layer.outputs + output]);
    }
  }
  return y;
}

}  // namespace theo::test
