#include "int8/multiply.h"

#include <algorithm>

namespace theo {
namespace {

/** Rows that a part must have at least for the rows to be divided: fewer do too little with each weight that
 * they read. */
constexpr std::size_t kRowsPerPart = 16;
/** Quantized activations that are at work at a time: they stay in the second-level cache. */
constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
constexpr std::size_t kMinBlockRows = 32;

struct Range {
  std::size_t begin;
  std::size_t end;
};

Range Share(std::size_t count, unsigned part, unsigned parts) {
  return {count * part / parts, count * (part + 1) / parts};
}

}  // namespace

void Int8Workspace::Reserve(std::size_t activation_bytes, std::size_t rows) {
  if (activation_bytes > activation_bytes_) {
    activations_ = int8::MakeAlignedArray<unsigned char>(activation_bytes);
    activation_bytes_ = activation_bytes;
  }
  if (rows > rows_) {
    scales_ = int8::MakeAlignedArray<float>(rows);
    rows_ = rows;
  }
}

void Multiply(const Int8Matrix& w, const Int8Product& product, Int8Workspace& workspace, unsigned part,
              unsigned parts) {
  const bool divides_rows = product.rows >= kRowsPerPart * parts;
  const Range rows = divides_rows ? Share(product.rows, part, parts) : Range{0, product.rows};
  const Range panels = divides_rows ? Range{0, w.panels()} : Share(w.panels(), part, parts);
  if (rows.begin == rows.end || panels.begin == panels.end) return;

  const int8::Kernels& kernels = w.kernels();
  // One line more than the row: rows of a power of two bytes would all want the same places of the cache.
  const std::size_t stride_bytes = w.depth() * kernels.activation_bytes + 64;
  const std::size_t block_rows =
      std::min(std::max(kBlockBytes / stride_bytes, kMinBlockRows), rows.end - rows.begin);
  workspace.Reserve(block_rows * stride_bytes, block_rows);

  int8::Task task{};
  task.activations = workspace.activations();
  task.activation_stride_bytes = stride_bytes;
  task.activation_scales = workspace.scales();
  task.depth = w.depth();
  task.weights = w.weights();
  task.weight_scales = w.scales();
  task.first_sums = w.first_sums();
  task.outputs = w.outputs();
  task.begin_panel = panels.begin;
  task.end_panel = panels.end;
  task.bias = product.bias;
  task.residual_stride = product.residual_stride;
  task.is_gelu = product.activation == Activation::kGelu;
  task.y_stride = product.y_stride;
  for (std::size_t row = rows.begin; row < rows.end; row += block_rows) {
    task.rows = std::min(block_rows, rows.end - row);
    task.residual = product.residual == nullptr ? nullptr : product.residual + row * product.residual_stride;
    task.y = product.y + row * product.y_stride;
    kernels.quantize(product.x + row * product.x_stride, product.x_stride, task.rows, w.inputs(), w.depth(),
                     workspace.activations(), stride_bytes, workspace.scales());
    kernels.multiply(task);
  }
}

}  // namespace theo
