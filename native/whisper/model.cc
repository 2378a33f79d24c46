#include "whisper/model.h"

#include <ggml-backend.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <vector>

#include "whisper/backends.h"
#include "whisper/error.h"

namespace theo {
namespace {

// whisper.cpp reports why it refused a file only through its process-wide log.
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

std::string DeviceName(const ModelOptions& options) {
  if (options.use_gpu) {
    if (ggml_backend_dev_t gpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_GPU)) {
      return ggml_backend_dev_description(gpu);
    }
  }
  return "CPU";
}

/// Names a file's content: a model replaced on disk is another model.
struct FileIdentity {
  std::string path;
  std::uintmax_t bytes = 0;
  std::filesystem::file_time_type modified;

  explicit FileIdentity(const std::string& given_path) {
    std::error_code error;  // a file that is not there is reported when it is read
    path = std::filesystem::weakly_canonical(given_path, error).string();
    bytes = std::filesystem::file_size(given_path, error);
    modified = std::filesystem::last_write_time(given_path, error);
  }
  bool operator==(const FileIdentity&) const = default;
};

struct LoadedModel {
  FileIdentity file;
  ModelOptions options;
  std::weak_ptr<const Model> model;
};

// Weights are shared by every thread and every addon instance of the process.
std::mutex loaded_mutex;
std::vector<LoadedModel>& Loaded() {
  static std::vector<LoadedModel> loaded;
  return loaded;
}

}  // namespace

Model::Model(const std::string& path, const ModelOptions& options) : file_(CheckModelFile(path)) {
  const ErrorCapture errors;
  EnsureBackends();
  whisper_context_params params = whisper_context_default_params();
  params.use_gpu = options.use_gpu;
  params.flash_attn = options.flash_attention;
  context_.reset(whisper_init_from_file_with_params_no_state(path.c_str(), params));
  if (!context_) throw ModelFileError(path, errors.OneLine());
  device_ = DeviceName(options);
}

std::shared_ptr<const Model> Model::Load(const std::string& path, const ModelOptions& options) {
  const FileIdentity file(path);
  const std::lock_guard lock(loaded_mutex);
  auto& loaded = Loaded();
  std::erase_if(loaded, [](const LoadedModel& entry) { return entry.model.expired(); });
  for (const LoadedModel& entry : loaded) {
    if (entry.file != file || entry.options != options) continue;
    if (auto model = entry.model.lock()) return model;
  }
  const std::shared_ptr<const Model> model(new Model(path, options));
  loaded.push_back({file, options, model});
  return model;
}

bool Model::KnowsLanguage(const std::string& code) const {
  return multilingual() ? whisper_lang_id(code.c_str()) >= 0 : code == "en";
}

std::vector<whisper_token> Model::Tokenize(const std::string& text) const {
  // No token is shorter than a byte.
  std::vector<whisper_token> tokens(text.size() + 1);
  const int count = whisper_tokenize(context(), text.c_str(), tokens.data(), static_cast<int>(tokens.size()));
  tokens.resize(static_cast<std::size_t>(std::max(count, 0)));
  return tokens;
}

std::string_view Model::TokenBytes(whisper_token token) const {
  const char* text = whisper_token_to_str(context(), token);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace theo
