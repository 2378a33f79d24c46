#pragma once

#include <ggml-backend.h>
#include <ggml.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace theo::bench {

template <auto Free>
struct FreeBy {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};

/** Products of the same rows with several matrices of one shape as ggml's CPU backend does them, on one
 * thread. */
class GgmlProducts {
 public:
  /** Where whisper.cpp would put such weights: in a buffer of repacked ones if ggml has kernels for them. */
  GgmlProducts(ggml_type type, std::size_t outputs, std::size_t inputs, std::size_t rows,
               std::size_t matrices);
  void Run();

 private:
  std::unique_ptr<ggml_context, FreeBy<ggml_free>> context_;
  std::unique_ptr<ggml_context, FreeBy<ggml_free>> weights_context_;
  std::unique_ptr<ggml_backend, FreeBy<ggml_backend_free>> backend_;
  std::unique_ptr<ggml_backend_buffer, FreeBy<ggml_backend_buffer_free>> buffer_;
  std::unique_ptr<ggml_backend_buffer, FreeBy<ggml_backend_buffer_free>> weights_buffer_;
  ggml_cgraph* graph_;
};

}  // namespace theo::bench
