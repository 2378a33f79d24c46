#pragma once

#include <whisper.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "whisper/alignment_heads.h"
#include "whisper/device.h"
#include "whisper/load_progress.h"
#include "whisper/model_file.h"
#include "whisper/silence.h"
#include "whisper/vocabulary.h"
#include "whisper/weights.h"

namespace theo {

struct ModelOptions {
  bool use_gpu = false;
  /// Linear layers as int8 products where the CPU has kernels for them; else in the file's own precision.
  bool int8 = true;
  /// The heads of the decoder's cross-attention that follow the speech; none: all of the upper half of its
  /// layers.
  std::vector<DecoderHead> alignment_heads = {};

  bool operator==(const ModelOptions&) const = default;
};

/// A model: weights, vocabulary, silence. Immutable to its users, and shared by all decoders of the process.
class Model {
 public:
  /// Loads a model, or gives the one already loaded from this file with these options.
  /// @param progress of the reading; nullptr: nobody looks.
  /// @throws ModelFileError, LoadCancelledError
  static std::shared_ptr<const Model> Load(const std::string& path, const ModelOptions& options,
                                           LoadProgress* progress = nullptr);

  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  [[nodiscard]] const Device& device() const { return device_; }
  [[nodiscard]] const Dimensions& dimensions() const { return file_.dimensions; }
  [[nodiscard]] const MelFilters& mel_filters() const { return file_.mel_filters; }
  [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }
  [[nodiscard]] const Weights& weights() const { return weights_; }
  /// The heads that words are timed by; at least one.
  [[nodiscard]] std::span<const DecoderHead> alignment_heads() const { return alignment_heads_; }
  /// Memory of the weights, in bytes.
  [[nodiscard]] std::uint64_t bytes() const { return weights_.bytes(); }

  /// The model's silence. The first call computes it, which takes as long as encoding 30 s of audio.
  /// @param cancelled stops that, and the next call begins anew; nullptr: nobody will.
  /// @throws DecodeError, LoadCancelledError
  [[nodiscard]] const Silence& silence(std::int32_t threads,
                                       const std::atomic<bool>* cancelled = nullptr) const;

 private:
  Model(const std::string& path, const ModelOptions& options, LoadProgress& progress);

  ModelFile file_;
  std::vector<DecoderHead> alignment_heads_;
  Device device_;
  Vocabulary vocabulary_;
  Weights weights_;
  mutable std::once_flag silence_once_;
  mutable std::unique_ptr<const Silence> silence_;
};

}  // namespace theo
