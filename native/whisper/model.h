#pragma once

#include <whisper.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "whisper/model_file.h"

namespace theo {

struct ModelOptions {
  bool use_gpu = false;
  /// Faster at the full context, but whisper.cpp then rounds the cross-attention rows up to a multiple of
  /// 256 without masking them: only for contexts that are such multiples or never change.
  bool flash_attention = false;

  bool operator==(const ModelOptions&) const = default;
};

/// A model's weights. Immutable and shared by every decoder of the process.
class Model {
 public:
  /// Loads a model, or gives the one already loaded from this file with these options.
  /// @throws ModelFileError
  static std::shared_ptr<const Model> Load(const std::string& path, const ModelOptions& options);

  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  [[nodiscard]] whisper_context* context() const { return context_.get(); }
  [[nodiscard]] bool multilingual() const { return whisper_is_multilingual(context_.get()) != 0; }
  [[nodiscard]] std::int32_t audio_context() const { return whisper_model_n_audio_ctx(context_.get()); }
  [[nodiscard]] std::int32_t text_context() const { return whisper_model_n_text_ctx(context_.get()); }
  [[nodiscard]] std::int32_t vocabulary_size() const { return whisper_model_n_vocab(context_.get()); }
  [[nodiscard]] std::uint64_t bytes() const { return file_.bytes; }
  [[nodiscard]] const MelFilters& mel_filters() const { return file_.mel_filters; }
  [[nodiscard]] const std::string& device() const { return device_; }

  /// Token ids of a text. Characters that the vocabulary lacks are left out.
  /// @param code ISO 639-1.
  [[nodiscard]] bool KnowsLanguage(const std::string& code) const;

  [[nodiscard]] std::vector<whisper_token> Tokenize(const std::string& text) const;

  /// The bytes that a token stands for; may end inside a UTF-8 sequence.
  [[nodiscard]] std::string_view TokenBytes(whisper_token token) const;

 private:
  struct ContextDeleter {
    void operator()(whisper_context* context) const { whisper_free(context); }
  };

  Model(const std::string& path, const ModelOptions& options);

  ModelFile file_;
  std::unique_ptr<whisper_context, ContextDeleter> context_;
  std::string device_;
};

}  // namespace theo
