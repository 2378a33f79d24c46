#pragma once

#include <ggml.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "whisper/mel.h"

namespace theo {

/// The sizes that a model file declares.
struct Dimensions {
  std::int32_t vocabulary = 0;
  /// Positions of the full audio context; one position is 20 ms.
  std::int32_t audio_context = 0;
  std::int32_t audio_heads = 0;
  std::int32_t audio_layers = 0;
  /// Tokens of the text context.
  std::int32_t text_context = 0;
  std::int32_t text_heads = 0;
  std::int32_t text_layers = 0;
  std::int32_t mels = 0;
  /// Width of the encoder and of the decoder.
  std::int32_t state = 0;
};

/// Where a tensor's values lie in the file.
struct TensorEntry {
  ggml_type type = GGML_TYPE_F32;
  /// Innermost dimension first, as ggml counts.
  std::array<std::int64_t, 4> shape{1, 1, 1, 1};
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// Sizes, vocabulary and tensor positions of a model file.
struct ModelFile {
  std::string path;
  Dimensions dimensions;
  MelFilters mel_filters;
  /// The vocabulary as it lies in the file: its size, then every token's length and bytes.
  std::string vocabulary;
  std::map<std::string, TensorEntry, std::less<>> tensors;
};

/// Reads a model in whisper.cpp's ggml format without its weights: magic, dimensions, vocabulary and every
/// tensor's header must be plausible, agree with each other and lie inside the file.
/// @throws ModelFileError
ModelFile CheckModelFile(const std::string& path);

}  // namespace theo
