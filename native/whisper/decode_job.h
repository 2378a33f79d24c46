#pragma once

#include <whisper.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "whisper/mel.h"
#include "whisper/utterance_memory.h"
#include "whisper/words.h"

namespace theo {

enum class Task { kTranscribe, kTranslate };

/// What stands for the part of the model's window that is not encoded.
enum class Padding {
  /// Nothing: the window ends there. Weights that were not trained for that repeat themselves.
  kNothing,
  /// Silence, most of it pooled.
  kPooledSilence,
  /// Silence, position by position.
  kExactSilence,
};

/// Keeps the likeliest texts so far at every step. One beam with patience 1 is the greedy search.
struct BeamOptions {
  std::int32_t beams = 1;
  /// The search ends when beams * patience texts have ended.
  float patience = 1.0F;
};

/// Draws every token at random, by the model's probabilities.
struct SamplingOptions {
  /// The logits are divided by it; 0: always the likeliest token.
  float temperature = 1.0F;
  /// Texts that are drawn; the likeliest is the result.
  std::int32_t candidates = 1;
  std::uint32_t seed = 0;
};

struct DecodeRequest {
  /// Mono, 16 kHz, [-1, 1], at most 30 s.
  std::vector<float> samples;
  /// ISO 639-1; empty: detect among `languages`, or among all the model's when that is empty.
  std::string language;
  std::vector<std::string> languages;
  /// When the language is detected: the one that was spoken before; empty: not known. Another one has to be
  /// `other_language_odds` times as likely, because a short word sounds alike in several languages.
  std::string expected_language;
  float other_language_odds = 1.0F;
  Task task = Task::kTranscribe;
  /// Text before this audio; its end is kept when it is too long.
  std::vector<whisper_token> prompt;
  /// The text of earlier speech at the start of the audio. The output goes on behind it, without it.
  std::vector<whisper_token> earlier;
  /// The output begins with these tokens.
  std::vector<whisper_token> prefix;
  /// A guess at what follows the prefix, for the greedy search: checked in one pass and kept as far as the
  /// model agrees, which saves time. With int8 linear layers the result is the same to the last bit; ggml's
  /// products round differently for several tokens than for one.
  std::vector<whisper_token> draft;
  /// Results of earlier decodes of audio that `samples` begins with; nullptr: none. When the last one was of
  /// the same audio, at the same context, padding and level, nothing is encoded.
  std::shared_ptr<UtteranceMemory> memory;
  /// The memory is used for this many samples from the start only; the rest is encoded anew.
  std::size_t remembered_samples = std::numeric_limits<std::size_t>::max();
  /// Encoder positions of 20 ms; 0: the model's full context. Must cover the audio.
  std::int32_t audio_context = 0;
  /// What stands for the positions beyond `audio_context`.
  Padding padding = Padding::kNothing;
  Level level = Level::kNormal;
  bool timestamps = false;
  /// With timestamps: the first one is no later; infinity: any.
  float latest_first_timestamp_seconds = 1.0F;
  std::variant<BeamOptions, SamplingOptions> search;
  /// Longer texts are preferred the more, the larger it is: the exponent of Wu et al., "Google's Neural
  /// Machine Translation System" (2016). Nothing: texts are compared by the mean of their tokens'
  /// log-probabilities.
  std::optional<float> length_penalty;
  /// Tokens that are never chosen.
  std::vector<whisper_token> suppressed;
  /// Find out when each word is said.
  bool time_words = false;
  /// No brackets and notes: for the beginning of a word the model often writes a sound such as "[Music]".
  bool suppress_annotations = false;
  /// Measure the probability that nothing was said.
  bool measure_no_speech = false;
  std::int32_t max_tokens = 0;
  std::int32_t threads = 1;
};

enum class Truncation { kNone, kBudget, kLoop };

/// A piece of the text between two timestamps.
struct Segment {
  float start_seconds = 0.0F;
  float end_seconds = 0.0F;
  /// With the space before it, where there is one.
  std::string text;
  /// With the timestamps around it.
  std::vector<whisper_token> tokens;
  /// Mean over these tokens.
  float average_log_probability = 0.0F;
};

struct DecodeResult {
  bool aborted = false;
  /// The whole output with its timestamps, without its end.
  std::vector<whisper_token> tokens;
  std::vector<Word> words;
  std::vector<Segment> segments;
  std::string language;
  float language_probability = 1.0F;
  std::optional<float> no_speech_probability;
  /// Mean over the tokens that were chosen, the end among them.
  float average_log_probability = 0.0F;
  Truncation truncation = Truncation::kNone;
  /// Positions that were encoded; passes of the decoder, and the tokens that went through them.
  std::int32_t encoded_positions = 0;
  std::int32_t decoder_passes = 0;
  std::int32_t decoder_tokens = 0;
  /// Time for its spectrogram, for the encoder and for the decoder. The last two include the requests that
  /// were decoded together with it.
  double mel_ms = 0.0;
  double encode_ms = 0.0;
  double decode_ms = 0.0;
  /// Of the decoder's time, what the words' times took.
  double align_ms = 0.0;
};

/// A decode's result, or why there is none.
struct DecodeOutcome {
  DecodeResult result;
  /// Empty when the decode succeeded.
  std::string error;
};

}  // namespace theo
