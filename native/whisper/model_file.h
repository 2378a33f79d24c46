#pragma once

#include <cstdint>
#include <string>

#include "whisper/mel.h"

namespace theo {

/// What is taken from a model file besides what whisper.cpp loads itself.
struct ModelFile {
  std::uint64_t bytes = 0;
  MelFilters mel_filters;
};

/// Walks a model in whisper.cpp's ggml format without loading it: magic, dimensions, vocabulary and every
/// tensor's header must be plausible, agree with each other and lie inside the file. whisper.cpp trusts these
/// numbers, so a corrupt or truncated file has to be caught before it gets there.
/// @throws ModelFileError
ModelFile CheckModelFile(const std::string& path);

}  // namespace theo
