#pragma once

#include <ggml.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace theo {

/// The type that a model file's matrices can be stored in, by ggml's name for it in lower case ("f16",
/// "q8_0", "q4_k"); nullopt for any other name. Not f32: whisper.cpp cannot run such a file.
std::optional<ggml_type> WeightType(std::string_view name);

/// Rows of weights as ggml stores them, by ggml's own quantizer.
/// @param type one of WeightType's
/// @param weights whole rows, one after the other
/// @param row_length weights of a row, a multiple of the type's block
std::vector<std::uint8_t> Quantize(ggml_type type, std::span<const float> weights, std::size_t row_length);

}  // namespace theo
