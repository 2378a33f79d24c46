#include "whisper/quantizer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace theo {
namespace {

constexpr std::array<std::pair<std::string_view, ggml_type>, 9> kWeightTypes = {{
    {"f16", GGML_TYPE_F16},
    {"q8_0", GGML_TYPE_Q8_0},
    {"q5_0", GGML_TYPE_Q5_0},
    {"q5_1", GGML_TYPE_Q5_1},
    {"q4_0", GGML_TYPE_Q4_0},
    {"q4_1", GGML_TYPE_Q4_1},
    {"q4_k", GGML_TYPE_Q4_K},
    {"q5_k", GGML_TYPE_Q5_K},
    {"q6_k", GGML_TYPE_Q6_K},
}};

}  // namespace

std::optional<ggml_type> WeightType(std::string_view name) {
  const auto* found = std::find_if(kWeightTypes.begin(), kWeightTypes.end(),
                                   [&](const auto& type) { return type.first == name; });
  if (found == kWeightTypes.end()) return std::nullopt;
  return found->second;
}

std::vector<std::uint8_t> Quantize(ggml_type type, std::span<const float> weights, std::size_t row_length) {
  const auto columns = static_cast<std::int64_t>(row_length);
  const auto rows = static_cast<std::int64_t>(weights.size() / row_length);
  std::vector<std::uint8_t> blocks(ggml_row_size(type, columns) * static_cast<std::size_t>(rows));
  ggml_quantize_chunk(type, weights.data(), blocks.data(), 0, rows, columns, nullptr);
  return blocks;
}

}  // namespace theo
