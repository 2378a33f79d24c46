#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "whisper/model_file.h"

namespace theo {

/// One head of the decoder's cross-attention.
struct DecoderHead {
  std::int32_t layer = 0;
  std::int32_t head = 0;

  bool operator==(const DecoderHead&) const = default;
};

/// The heads that words are timed by.
/// @param given those of the model that are known to follow the speech; none: all heads of the upper half of
/// the layers, as in OpenAI's Whisper.
/// @throws ModelFileError for a head that the model does not have.
std::vector<DecoderHead> AlignmentHeads(std::span<const DecoderHead> given, const ModelFile& file);

}  // namespace theo
