#include "whisper/token_rows.h"

#include <cstdint>
#include <stdexcept>

namespace theo {

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

}  // namespace theo
