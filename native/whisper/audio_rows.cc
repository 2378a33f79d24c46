#include "whisper/audio_rows.h"

#include <stdexcept>

namespace theo {
namespace {

// A GPU's attention takes whole tiles of rows. Own rows and the silence behind them never exceed the window.
constexpr std::int32_t kDeviceMultiple = 256;

}  // namespace

AudioRows::AudioRows(const Device& device, const Dimensions& dimensions, std::int32_t positions)
    : context_(ggml_init({2 * ggml_tensor_overhead(), nullptr, true})) {
  const std::int64_t room =
      device.is_cpu() ? positions : (positions + kDeviceMultiple - 1) / kDeviceMultiple * kDeviceMultiple;
  const std::int64_t width = std::int64_t{2} * dimensions.state;
  encoder_ = ggml_new_tensor_3d(context_.get(), GGML_TYPE_F16, width, room, dimensions.audio_layers);
  cross_ = ggml_new_tensor_3d(context_.get(), GGML_TYPE_F16, width, room, dimensions.text_layers);
  // ggml gives unnamed tensors a name when a graph is built on them, which would be a data race: several
  // threads build graphs on a model's silence.
  ggml_set_name(encoder_, "encoder rows");
  ggml_set_name(cross_, "cross rows");
  buffer_.reset(ggml_backend_alloc_ctx_tensors_from_buft(context_.get(), device.buffer_type()));
  if (!buffer_) throw std::runtime_error("out of memory for an utterance's keys and values");
  // A GPU's attention multiplies masked rows by zero: they must not be NaN.
  if (!device.is_cpu()) ggml_backend_buffer_clear(buffer_.get(), 0);
}

}  // namespace theo
