#include "whisper/vocabulary.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <span>

#include "whisper/error.h"

namespace theo {
namespace {

// whisper.cpp reports why it refused something only through its process-wide log.
thread_local std::string* captured_errors = nullptr;

void CaptureLog(ggml_log_level level, const char* text, void*) {
  if (level == GGML_LOG_LEVEL_ERROR && captured_errors != nullptr) *captured_errors += text;
}

class ErrorCapture {
 public:
  ErrorCapture() {
    static std::once_flag once;
    std::call_once(once, [] { whisper_log_set(CaptureLog, nullptr); });
    captured_errors = &text_;
  }
  ~ErrorCapture() { captured_errors = nullptr; }
  ErrorCapture(const ErrorCapture&) = delete;
  ErrorCapture& operator=(const ErrorCapture&) = delete;

  [[nodiscard]] std::string OneLine() const {
    std::string line = text_;
    std::replace(line.begin(), line.end(), '\n', ' ');
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line.empty() ? "whisper.cpp refused it without saying why" : line;
  }

 private:
  std::string text_;
};

/// The beginning of a model file with the smallest network that whisper.cpp accepts: it allocates by these
/// sizes, and takes a file that ends behind the vocabulary for a model without weights.
std::string HeaderWithoutNetwork(const ModelFile& file) {
  constexpr std::int32_t kMagic = 0x67676d6c;
  constexpr std::int32_t kBins = MelFft::kBins;
  const std::array<std::int32_t, 14> header = {
      kMagic, file.dimensions.vocabulary, 1,    1, 1, 4, 1, 1, 1, 4, file.dimensions.mels,
      0,      file.dimensions.mels,       kBins};
  std::string bytes(sizeof(header), '\0');
  std::memcpy(bytes.data(), header.data(), sizeof(header));
  const auto& filters = file.mel_filters.weights;
  bytes.append(reinterpret_cast<const char*>(filters.data()), filters.size() * sizeof(float));
  return bytes;
}

/// What whisper.cpp reads from.
struct Source {
  std::string bytes;
  std::size_t position = 0;
  bool ended = false;
};

std::size_t ReadSource(void* context, void* output, std::size_t size) {
  auto& source = *static_cast<Source*>(context);
  const std::size_t count = std::min(size, source.bytes.size() - source.position);
  std::memcpy(output, source.bytes.data() + source.position, count);
  source.position += count;
  source.ended = count < size;
  return count;
}

}  // namespace

Vocabulary::Vocabulary(const ModelFile& file) {
  Source source{HeaderWithoutNetwork(file) + file.vocabulary};
  const ErrorCapture errors;
  whisper_model_loader loader{};
  loader.context = &source;
  loader.read = ReadSource;
  loader.eof = [](void* context) { return static_cast<Source*>(context)->ended; };
  loader.close = [](void*) {};
  whisper_context_params params = whisper_context_default_params();
  params.use_gpu = false;
  context_.reset(whisper_init_with_params_no_state(&loader, params));
  if (!context_) throw ModelFileError(file.path, errors.OneLine());
  for (whisper_token token = 0; token < end(); ++token) {
    if (OpensAnnotation(token)) annotation_openers_.push_back(token);
  }
  if (const auto tokens = Tokenize(" "); tokens.size() == 1) space_ = tokens.front();
}

bool Vocabulary::OpensAnnotation(whisper_token token) const {
  std::string_view bytes = TokenBytes(token);
  if (bytes.starts_with(' ')) bytes.remove_prefix(1);
  // The notes ♩ ♪ ♫ ♬ and the full-width brackets are listed by their first two bytes, which few other
  // characters begin with: the vocabulary also has notes in pieces.
  constexpr std::array<std::string_view, 8> kOpeners = {
      "(", "[", "{", "*", "\xE2\x99", "\xE3\x80\x90", "\xEF\xBC\x88", "\xEF\xBC\xBB"};
  return std::any_of(kOpeners.begin(), kOpeners.end(),
                     [&](std::string_view opener) { return bytes.starts_with(opener); });
}

bool Vocabulary::KnowsLanguage(const std::string& code) const {
  return multilingual() ? LanguageToken(code) >= 0 : code == "en";
}

whisper_token Vocabulary::LanguageToken(const std::string& code) const {
  const int id = whisper_lang_id(code.c_str());
  if (id < 0) return -1;
  // Only large-v3 has a token for Cantonese; other vocabularies have the translate token in its place.
  const whisper_token token = whisper_token_lang(context_.get(), id);
  return token < translate() ? token : -1;
}

std::string Vocabulary::LanguageOf(whisper_token token) const {
  return whisper_lang_str(token - start() - 1);
}

std::vector<whisper_token> Vocabulary::StartTokens(const std::string& language, bool translates) const {
  if (!multilingual()) return {start()};
  return {start(), LanguageToken(language), translates ? translate() : transcribe()};
}

std::vector<whisper_token> Vocabulary::Tokenize(const std::string& text) const {
  // No token is shorter than a byte.
  std::vector<whisper_token> tokens(text.size() + 1);
  const int count =
      whisper_tokenize(context_.get(), text.c_str(), tokens.data(), static_cast<int>(tokens.size()));
  tokens.resize(static_cast<std::size_t>(std::max(count, 0)));
  return tokens;
}

std::string_view Vocabulary::TokenBytes(whisper_token token) const {
  const char* text = whisper_token_to_str(context_.get(), token);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace theo
