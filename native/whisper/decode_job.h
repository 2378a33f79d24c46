#pragma once

#include <whisper.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "whisper/mel.h"
#include "whisper/utterance_memory.h"
#include "whisper/words.h"

namespace theo {

enum class Task { kTranscribe, kTranslate };

/// What the model is told of the part of its window that is not encoded.
enum class Padding {
  /// Nothing: the window ends there. Weights that were not trained for it lose their way.
  kNothing,
  /// Silence, most of it pooled.
  kPooledSilence,
  /// Silence, position by position.
  kExactSilence,
};

struct DecodeRequest {
  /// Mono, 16 kHz, [-1, 1], at most 30 s.
  std::vector<float> samples;
  /// ISO 639-1; empty: detect among `languages`, or among all the model's when that is empty.
  std::string language;
  std::vector<std::string> languages;
  Task task = Task::kTranscribe;
  /// Text before this audio; its end is kept when it is too long.
  std::vector<whisper_token> prompt;
  /// What was said before in the same audio: the text goes on behind these tokens, which are no part of it.
  std::vector<whisper_token> earlier;
  /// The output begins with these tokens.
  std::vector<whisper_token> prefix;
  /// What may follow the prefix: kept as far as the model would have said the same. Saves time. Where linear
  /// layers are int8 products it changes nothing, to the last bit; ggml's round differently for several
  /// tokens than for one.
  std::vector<whisper_token> draft;
  /// What was kept of earlier decodes, whose audio `samples` begins with; nullptr: nothing.
  std::shared_ptr<UtteranceMemory> memory;
  /// Of the memory, only what these first samples came to is used: what follows is another's, or is to be
  /// encoded in one go.
  std::size_t remembered_samples = std::numeric_limits<std::size_t>::max();
  /// Encoder positions of 20 ms; 0: the model's full context. Must cover the audio.
  std::int32_t audio_context = 0;
  /// What stands for the positions beyond `audio_context`.
  Padding padding = Padding::kNothing;
  Level level = Level::kNormal;
  bool timestamps = false;
  /// Words only: nothing in brackets, no notes. Over the beginning of a word the model often guesses at a
  /// sound.
  bool suppress_annotations = false;
  /// Measure the probability that nothing was said.
  bool measure_no_speech = false;
  std::int32_t max_tokens = 0;
  std::int32_t threads = 1;
};

enum class Truncation { kNone, kBudget, kLoop };

struct Segment {
  float start_seconds = 0.0F;
  float end_seconds = 0.0F;
  std::string text;
};

struct DecodeResult {
  bool aborted = false;
  std::vector<Word> words;
  std::vector<Segment> segments;
  std::string language;
  float language_probability = 1.0F;
  std::optional<float> no_speech_probability;
  float average_log_probability = 0.0F;
  Truncation truncation = Truncation::kNone;
  /// Positions that were encoded, and the decoder's passes with the tokens that they took.
  std::int32_t encoded_positions = 0;
  std::int32_t decoder_passes = 0;
  std::int32_t decoder_tokens = 0;
  /// Its own spectrogram; the encoder's pass and the decoder's until the text was there, both with all that
  /// went through them together.
  double mel_ms = 0.0;
  double encode_ms = 0.0;
  double decode_ms = 0.0;
};

/// A decode's result, or why there is none.
struct DecodeOutcome {
  DecodeResult result;
  /// Empty: it worked.
  std::string error;
};

}  // namespace theo
