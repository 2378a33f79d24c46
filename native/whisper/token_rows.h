#pragma once

#include <ggml-cpp.h>
#include <ggml.h>

#include <cstdint>

#include "whisper/device.h"
#include "whisper/model_file.h"

namespace theo {

/// The keys and values of one text's tokens in the text decoder. As half floats; a row is a key followed by
/// its value.
class TokenRows {
 public:
  /// @throws std::runtime_error when there is no memory.
  TokenRows(const Device& device, const Dimensions& dimensions);

  /// Copies the rows of tokens `first` to `last` - 1.
  void TakeOver(const TokenRows& other, std::int32_t first, std::int32_t last);

  /// [2 * state, room for the text context, layers]
  [[nodiscard]] ggml_tensor* layers() const { return layers_; }

 private:
  ggml_context_ptr context_;
  ggml_backend_buffer_ptr buffer_;
  ggml_tensor* layers_ = nullptr;
};

}  // namespace theo
