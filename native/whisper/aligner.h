#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "whisper/abort_flags.h"
#include "whisper/decode_job.h"
#include "whisper/graph.h"
#include "whisper/model.h"
#include "whisper/text_decoder.h"
#include "whisper/token_rows.h"

namespace theo {

/// A decoded text whose words are to be timed.
struct DecodedText {
  const DecodeRequest* request = nullptr;
  HeardAudio audio;
  /// Scratch memory: overwritten.
  const TokenRows* rows = nullptr;
  /// Its words get their times.
  DecodeResult* result = nullptr;
};

/// Finds out when words are said: reads finished texts once more, and sees which part of the audio each token
/// attends to.
class Aligner {
 public:
  /// @param decoder of this model.
  Aligner(const Model& model, const TextDecoder& decoder) : model_(model), decoder_(decoder) {}

  /// Times the words of several texts, in one pass of the decoder. When aborted, they have no times.
  void TimeWords(Graph& graph, std::span<const DecodedText> texts, std::int32_t threads,
                 AbortFlags aborts) const;

 private:
  const Model& model_;
  const TextDecoder& decoder_;
};

}  // namespace theo
