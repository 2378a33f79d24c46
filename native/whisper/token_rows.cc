#include "whisper/token_rows.h"

#include <cstddef>
#include <cstdint>
#include <stdexcept>

namespace theo {
namespace {

/// Rows of one layer, which lie side by side in memory.
ggml_tensor Run(ggml_tensor* layers, std::int64_t layer, std::int32_t first, std::int32_t count) {
  ggml_tensor run = *layers;
  run.view_src = layers;
  run.view_offs =
      static_cast<std::size_t>(layer) * layers->nb[2] + static_cast<std::size_t>(first) * layers->nb[1];
  run.data = static_cast<char*>(layers->data) + run.view_offs;
  run.ne[1] = count;
  run.ne[2] = 1;
  run.nb[2] = run.nb[3] = static_cast<std::size_t>(count) * run.nb[1];
  return run;
}

}  // namespace

TokenRows::TokenRows(const Device& device, const Dimensions& dimensions)
    : context_(ggml_init({ggml_tensor_overhead(), nullptr, true})) {
  constexpr std::int64_t kDeviceMultiple = 256;  // as AudioRows
  const std::int64_t room =
      (dimensions.text_context + kDeviceMultiple - 1) / kDeviceMultiple * kDeviceMultiple;
  layers_ = ggml_new_tensor_3d(context_.get(), GGML_TYPE_F16, std::int64_t{2} * dimensions.state, room,
                               dimensions.text_layers);
  buffer_.reset(ggml_backend_alloc_ctx_tensors_from_buft(context_.get(), device.buffer_type()));
  if (!buffer_) throw std::runtime_error("out of memory for a decoder's keys and values");
  if (!device.is_cpu()) ggml_backend_buffer_clear(buffer_.get(), 0);
}

// Not by an operator of the pass: ggml takes over its plan of a graph's memory from the last graph of as many
// nodes, and the copies of two passes can be as many and yet another's.
void TokenRows::TakeOver(const TokenRows& other, std::int32_t first, std::int32_t last) {
  if (first >= last) return;
  for (std::int64_t layer = 0; layer < layers_->ne[2]; ++layer) {
    ggml_tensor source = Run(other.layers_, layer, first, last - first);
    ggml_tensor target = Run(layers_, layer, first, last - first);
    ggml_backend_tensor_copy(&source, &target);
  }
}

}  // namespace theo
