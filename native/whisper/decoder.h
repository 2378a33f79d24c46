#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <span>
#include <vector>

#include "whisper/aligner.h"
#include "whisper/decode_job.h"
#include "whisper/encoder.h"
#include "whisper/graph.h"
#include "whisper/mel.h"
#include "whisper/model.h"
#include "whisper/text_decoder.h"
#include "whisper/token_rows.h"
#include "whisper/utterance_memory.h"

namespace theo {

/// Called with a request's outcome; `index` is its place among the requests that are decoded together.
using DecodeDone = std::function<void(std::size_t index, DecodeOutcome outcome)>;

/// Speech to text over shared weights: spectrograms, encoder, and the search for the text, for any number of
/// requests together. It owns the scratch memory of decodes; UtteranceMemory keeps what belongs to an
/// utterance.
///
/// With int8 linear layers, a result is the same to the last bit whatever it is decoded together with; ggml's
/// products round differently for several rows than for one.
///
/// Not thread-safe.
class Decoder {
 public:
  /// @throws std::runtime_error when there is no memory.
  explicit Decoder(std::shared_ptr<const Model> model);

  /// Decodes requests together: all in one pass of the encoder, and in shared passes of the text decoder
  /// until each has its text.
  /// @param aborts a flag for each request. An aborted one ends between two passes; when all are aborted, the
  /// running pass ends between two operators.
  /// @param done called once a request, as soon as it is ready.
  void Decode(std::span<const DecodeRequest> requests, std::span<const std::atomic<bool>> aborts,
              const DecodeDone& done);

  /// Decodes one alone.
  /// @throws DecodeError
  DecodeResult Decode(const DecodeRequest& request, const std::atomic<bool>& abort);

 private:
  /// Scratch memory of one of the requests that are decoded together.
  struct Seat {
    /// For each text that a search continues at the same time; as many as a request has needed so far.
    std::deque<TokenRows> tokens;
    /// For utterances that have no memory of their own.
    std::unique_ptr<UtteranceMemory> memory;
  };
  /// A request whose outcome is not known yet.
  struct Member;
  struct Company;
  using Members = std::list<Member>;

  Seat& SeatOf(std::size_t index, std::size_t texts);
  UtteranceMemory& ScratchMemory(Seat& seat);
  void PrepareAudio(Member& member);
  void Encode(Members& members);
  void Step(Members& members);
  void Finish(Members& members);
  void TimeWords(std::span<Member* const> members);

  std::shared_ptr<const Model> model_;
  MelSpectrogram spectrogram_;
  Graph graph_;
  Encoder encoder_;
  TextDecoder text_decoder_;
  Aligner aligner_;
  std::deque<Seat> seats_;
};

}  // namespace theo
