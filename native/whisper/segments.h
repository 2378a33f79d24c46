#pragma once

#include <span>
#include <vector>

#include "whisper/decode_job.h"
#include "whisper/vocabulary.h"
#include "whisper/words.h"

namespace theo {

/// The pieces of text between timestamp tokens.
std::vector<Segment> CutAtTimestamps(const Vocabulary& vocabulary, std::span<const OutputToken> tokens);

}  // namespace theo
