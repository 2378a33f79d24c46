#pragma once

#include <whisper.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "whisper/model_file.h"

namespace theo {

/// A model's tokens, kept by whisper.cpp: its tokenizer, its special tokens, its languages. The weights are
/// not in it.
class Vocabulary {
 public:
  /// @throws ModelFileError when whisper.cpp refuses the vocabulary.
  explicit Vocabulary(const ModelFile& file);

  [[nodiscard]] bool multilingual() const { return whisper_is_multilingual(context_.get()) != 0; }

  [[nodiscard]] whisper_token end() const { return whisper_token_eot(context_.get()); }
  [[nodiscard]] whisper_token start() const { return whisper_token_sot(context_.get()); }
  [[nodiscard]] whisper_token previous() const { return whisper_token_prev(context_.get()); }
  [[nodiscard]] whisper_token no_speech() const { return whisper_token_nosp(context_.get()); }
  [[nodiscard]] whisper_token no_timestamps() const { return whisper_token_not(context_.get()); }
  [[nodiscard]] whisper_token first_timestamp() const { return whisper_token_beg(context_.get()); }
  [[nodiscard]] whisper_token transcribe() const { return whisper_token_transcribe(context_.get()); }
  [[nodiscard]] whisper_token translate() const { return whisper_token_translate(context_.get()); }

  /// @param code ISO 639-1.
  [[nodiscard]] bool KnowsLanguage(const std::string& code) const;
  /// The token of a language, or -1. @param code ISO 639-1.
  [[nodiscard]] whisper_token LanguageToken(const std::string& code) const;
  /// ISO 639-1. @param token a language's.
  [[nodiscard]] std::string LanguageOf(whisper_token token) const;

  /// What every text begins with: that it begins, its language, and what is to be done.
  /// @param language that the vocabulary knows; ISO 639-1.
  [[nodiscard]] std::vector<whisper_token> StartTokens(const std::string& language, bool translates) const;

  /// Token ids of a text. Characters that the vocabulary lacks are left out.
  [[nodiscard]] std::vector<whisper_token> Tokenize(const std::string& text) const;

  /// The token of a space alone, where there is one.
  [[nodiscard]] std::optional<whisper_token> space() const { return space_; }

  /// Tokens that begin with a bracket, a note or an asterisk, as texts about sounds do: "[Music]".
  [[nodiscard]] const std::vector<whisper_token>& annotation_openers() const { return annotation_openers_; }

  /// The bytes that a token stands for; may end inside a UTF-8 sequence.
  [[nodiscard]] std::string_view TokenBytes(whisper_token token) const;

 private:
  struct ContextDeleter {
    void operator()(whisper_context* context) const { whisper_free(context); }
  };

  [[nodiscard]] bool OpensAnnotation(whisper_token token) const;

  std::unique_ptr<whisper_context, ContextDeleter> context_;
  std::optional<whisper_token> space_;
  std::vector<whisper_token> annotation_openers_;
};

}  // namespace theo
