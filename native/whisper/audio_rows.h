#pragma once

#include <ggml-cpp.h>
#include <ggml.h>

#include <cstdint>

#include "whisper/device.h"
#include "whisper/model_file.h"

namespace theo {

/// The keys and values of audio: for every encoder layer and position, those that later positions attend to;
/// for every decoder layer, those that the text attends to. As half floats; a row is a key followed by its
/// value.
class AudioRows {
 public:
  /// @param positions the most that can be kept; memory that was never written to costs address space only.
  /// @throws std::runtime_error when there is no memory.
  AudioRows(const Device& device, const Dimensions& dimensions, std::int32_t positions);

  /// [2 * state, room, layers]
  [[nodiscard]] ggml_tensor* encoder() const { return encoder_; }
  [[nodiscard]] ggml_tensor* cross() const { return cross_; }

 private:
  ggml_context_ptr context_;
  ggml_backend_buffer_ptr buffer_;
  ggml_tensor* encoder_ = nullptr;
  ggml_tensor* cross_ = nullptr;
};

}  // namespace theo
