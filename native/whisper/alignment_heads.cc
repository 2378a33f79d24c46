#include "whisper/alignment_heads.h"

#include <string>

#include "whisper/error.h"

namespace theo {

std::vector<DecoderHead> AlignmentHeads(std::span<const DecoderHead> given, const ModelFile& file) {
  const Dimensions& sizes = file.dimensions;
  for (const DecoderHead& head : given) {
    if (head.layer >= 0 && head.layer < sizes.text_layers && head.head >= 0 && head.head < sizes.text_heads) {
      continue;
    }
    throw ModelFileError(file.path, "it has no alignment head [" + std::to_string(head.layer) + ", " +
                                        std::to_string(head.head) + "]: its decoder has " +
                                        std::to_string(sizes.text_layers) + " layers of " +
                                        std::to_string(sizes.text_heads) + " heads");
  }
  std::vector<DecoderHead> heads(given.begin(), given.end());
  if (!heads.empty()) return heads;
  for (std::int32_t layer = sizes.text_layers / 2; layer < sizes.text_layers; ++layer) {
    for (std::int32_t head = 0; head < sizes.text_heads; ++head) heads.push_back({layer, head});
  }
  return heads;
}

}  // namespace theo
