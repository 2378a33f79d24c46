#pragma once

#include <ggml-backend.h>
#include <ggml-cpp.h>
#include <ggml.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "int8/matrix.h"
#include "whisper/load_progress.h"
#include "whisper/model_file.h"

namespace theo {

/// A linear layer, y = x W^T + b: packed for the int8 kernels, or tensors for ggml's.
struct Linear {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  /// Present when the layer is computed in int8; then there is no `weight`.
  std::unique_ptr<Int8Matrix> packed;
  /// [inputs, outputs]
  ggml_tensor* weight = nullptr;
  /// [outputs], or nullptr.
  ggml_tensor* bias = nullptr;
};

struct LayerNorm {
  ggml_tensor* weight = nullptr;
  ggml_tensor* bias = nullptr;
};

struct EncoderLayer {
  LayerNorm attention_norm;
  /// Query, key and value stacked.
  Linear query_key_value;
  Linear attention_out;
  LayerNorm mlp_norm;
  Linear mlp_in;
  Linear mlp_out;
};

struct DecoderLayer {
  LayerNorm attention_norm;
  /// Query, key and value stacked.
  Linear query_key_value;
  Linear attention_out;
  LayerNorm cross_norm;
  Linear cross_query;
  /// Key and value stacked: applied to the encoder's output.
  Linear cross_key_value;
  Linear cross_out;
  LayerNorm mlp_norm;
  Linear mlp_in;
  Linear mlp_out;
};

/// Whisper's parameters, laid out for the device that computes with them.
class Weights {
 public:
  /// Reads them from the file.
  /// @param buffer_type where ggml's tensors go.
  /// @param int8 packs the linear layers for the int8 kernels; only on a CPU that has them.
  /// @param progress is told what has been read, and asked before every piece whether to go on.
  /// @throws ModelFileError for weights that are missing or do not have the declared shape,
  /// LoadCancelledError.
  Weights(const ModelFile& file, ggml_backend_buffer_type_t buffer_type, bool int8, LoadProgress& progress);

  /// The first convolution: from 3 frames of the spectrogram, one output for every frame.
  Linear convolution1;
  /// The second convolution: from 3 outputs of the first, one position for every two.
  Linear convolution2;
  /// [state, audio context], float.
  ggml_tensor* encoder_positions = nullptr;
  std::vector<EncoderLayer> encoder;
  LayerNorm encoder_norm;
  std::vector<DecoderLayer> decoder;
  LayerNorm decoder_norm;
  /// The token table as the decoder's last layer.
  Linear logits;

  /// The decoder's input for a token at a position of the text context.
  /// @param output [state]
  void Embed(std::int32_t token, std::int32_t position, std::span<float> output) const;

  /// Memory that the parameters take.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  friend class WeightsLoader;

  ggml_context_ptr context_;
  ggml_backend_buffer_ptr buffer_;
  /// Rows of the token table as the file has them.
  ggml_type token_type_ = GGML_TYPE_F32;
  std::vector<std::uint8_t> token_rows_;
  std::vector<float> token_positions_;
  std::uint64_t bytes_ = 0;
};

}  // namespace theo
