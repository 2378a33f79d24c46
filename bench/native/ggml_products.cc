#include "ggml_products.h"

#include <ggml-cpu.h>

#include <stdexcept>

#include "test/signals.h"

namespace theo::bench {
namespace {

ggml_context* MakeContext(std::size_t tensors, std::size_t graph_bytes) {
  return ggml_init({tensors * ggml_tensor_overhead() + graph_bytes, nullptr, true});
}

bool Supports(ggml_backend_dev_t device, ggml_backend_buffer_type_t type, ggml_tensor* weights,
              ggml_tensor* product) {
  const std::unique_ptr<ggml_backend_buffer, FreeBy<ggml_backend_buffer_free>> probe(
      ggml_backend_buft_alloc_buffer(type, 0));
  weights->buffer = probe.get();
  const bool supports = ggml_backend_dev_supports_op(device, product);
  weights->buffer = nullptr;
  return supports;
}

ggml_backend_buffer_type_t BestBufferType(ggml_backend_dev_t device, ggml_tensor* weights,
                                          ggml_tensor* product) {
  const auto get_extra =
      reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(ggml_backend_reg_get_proc_address(
          ggml_backend_dev_backend_reg(device), "ggml_backend_dev_get_extra_bufts"));
  if (get_extra != nullptr) {
    for (ggml_backend_buffer_type_t* type = get_extra(device); type != nullptr && *type != nullptr; ++type) {
      if (Supports(device, *type, weights, product)) return *type;
    }
  }
  return ggml_backend_cpu_buffer_type();
}

}  // namespace

GgmlProducts::GgmlProducts(ggml_type type, std::size_t outputs, std::size_t inputs, std::size_t rows,
                           std::size_t matrices)
    : context_(MakeContext(matrices + 1, ggml_graph_overhead_custom(matrices + 1, false))),
      weights_context_(MakeContext(matrices, 0)),
      backend_(ggml_backend_cpu_init()),
      graph_(ggml_new_graph_custom(context_.get(), matrices + 1, false)) {
  ggml_backend_cpu_set_n_threads(backend_.get(), 1);
  ggml_tensor* x = ggml_new_tensor_2d(context_.get(), GGML_TYPE_F32, static_cast<std::int64_t>(inputs),
                                      static_cast<std::int64_t>(rows));
  std::vector<ggml_tensor*> weights;
  for (std::size_t i = 0; i < matrices; ++i) {
    weights.push_back(ggml_new_tensor_2d(weights_context_.get(), type, static_cast<std::int64_t>(inputs),
                                         static_cast<std::int64_t>(outputs)));
    ggml_build_forward_expand(graph_, ggml_mul_mat(context_.get(), weights.back(), x));
  }
  ggml_backend_dev_t device = ggml_backend_get_device(backend_.get());
  weights_buffer_.reset(ggml_backend_alloc_ctx_tensors_from_buft(
      weights_context_.get(), BestBufferType(device, weights[0], ggml_graph_node(graph_, 0))));
  buffer_.reset(ggml_backend_alloc_ctx_tensors(context_.get(), backend_.get()));
  if (weights_buffer_ == nullptr || buffer_ == nullptr)
    throw std::runtime_error("no memory for ggml's tensors");

  const auto values = theo::test::WhiteNoise(outputs * inputs, 0.1);
  std::vector<unsigned char> converted(ggml_nbytes(weights[0]));
  ggml_quantize_chunk(type, values.data(), converted.data(), 0, static_cast<std::int64_t>(outputs),
                      static_cast<std::int64_t>(inputs), nullptr);
  for (ggml_tensor* matrix : weights) ggml_backend_tensor_set(matrix, converted.data(), 0, converted.size());
  const auto input = theo::test::WhiteNoise(rows * inputs, 0.5);
  ggml_backend_tensor_set(x, input.data(), 0, ggml_nbytes(x));
}

void GgmlProducts::Run() {
  if (ggml_backend_graph_compute(backend_.get(), graph_) != GGML_STATUS_SUCCESS) {
    throw std::runtime_error("ggml's product failed");
  }
}

}  // namespace theo::bench
