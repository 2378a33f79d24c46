#pragma once

#include <whisper.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "whisper/mel.h"
#include "whisper/model.h"
#include "whisper/words.h"

namespace theo {

enum class Task { kTranscribe, kTranslate };

struct DecodeRequest {
  /// Mono, 16 kHz, [-1, 1], at most 30 s.
  std::vector<float> samples;
  /// ISO 639-1; empty: detect among `languages`, or among all the model's when that is empty.
  std::string language;
  std::vector<std::string> languages;
  Task task = Task::kTranscribe;
  /// Text before this audio; its end is kept when it is too long.
  std::vector<whisper_token> prompt;
  /// The output begins with these tokens.
  std::vector<whisper_token> prefix;
  /// Encoder positions of 20 ms; 0: the model's full context. Must cover the audio.
  std::int32_t audio_context = 0;
  bool timestamps = false;
  /// Measure the probability that nothing was said; costs a decoder pass when the language is given.
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
  double mel_ms = 0.0;
  double encode_ms = 0.0;
  double decode_ms = 0.0;
};

/// One whisper_state over shared weights, with a greedy decoding loop of our own on whisper.cpp's primitives:
/// no second look at padding, no retries at other temperatures, committed words fed as a prefix in one batch.
/// Not thread-safe; one decode at a time.
class Decoder {
 public:
  /// @throws DecodeError when the state cannot be allocated.
  explicit Decoder(std::shared_ptr<const Model> model);

  /// Runs one decode. `abort` is looked at before the encoder and before every token.
  /// @throws DecodeError
  DecodeResult Decode(const DecodeRequest& request, const std::atomic<bool>& abort);

 private:
  struct StateDeleter {
    void operator()(whisper_state* state) const { whisper_free_state(state); }
  };

  void ComputeMel(const DecodeRequest& request);
  void Encode(const DecodeRequest& request);
  void SetAudioContext(std::int32_t audio_context);
  std::span<const float> Forward(std::span<const whisper_token> tokens, std::int32_t position,
                                 std::int32_t threads);
  void ReadStart(const DecodeRequest& request, DecodeResult& result);
  std::vector<whisper_token> StartTokens(const DecodeRequest& request, const std::string& language) const;
  std::vector<OutputToken> Generate(const DecodeRequest& request, const std::atomic<bool>& abort,
                                    DecodeResult& result);

  std::shared_ptr<const Model> model_;
  std::unique_ptr<whisper_state, StateDeleter> state_;
  MelSpectrogram mel_;
  std::vector<float> mel_values_;
};

}  // namespace theo
