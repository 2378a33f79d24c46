#include "whisper/model.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <mutex>
#include <vector>

#include "whisper/encoder.h"
#include "whisper/error.h"
#include "whisper/graph.h"

namespace theo {
namespace {

/// Identifies a file's content: a file that was replaced on disk is another model.
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

std::array<std::int32_t, 2> HeadSizes(const Dimensions& sizes) {
  return {sizes.state / sizes.audio_heads, sizes.state / sizes.text_heads};
}

}  // namespace

Model::Model(const std::string& path, const ModelOptions& options, LoadProgress& progress)
    : file_(CheckModelFile(path)),
      alignment_heads_(AlignmentHeads(options.alignment_heads, file_)),
      device_(Device::Choose(options.use_gpu, HeadSizes(file_.dimensions))),
      vocabulary_(file_),
      weights_(file_, device_.buffer_type(), options.int8 && device_.is_cpu() && Int8Matrix::Supported(),
               progress) {
  // Not needed any more: whisper.cpp has its own copy.
  file_.vocabulary = {};
}

std::shared_ptr<const Model> Model::Load(const std::string& path, const ModelOptions& options,
                                         LoadProgress* progress) {
  LoadProgress unwatched;
  const FileIdentity file(path);
  const std::lock_guard lock(loaded_mutex);
  auto& loaded = Loaded();
  std::erase_if(loaded, [](const LoadedModel& entry) { return entry.model.expired(); });
  for (const LoadedModel& entry : loaded) {
    if (entry.file != file || entry.options != options) continue;
    if (auto model = entry.model.lock()) return model;
  }
  const std::shared_ptr<const Model> model(new Model(path, options, progress ? *progress : unwatched));
  loaded.push_back({file, options, model});
  return model;
}

const Silence& Model::silence(std::int32_t threads, const std::atomic<bool>* cancelled) const {
  std::call_once(silence_once_, [&] {
    const std::int32_t window = dimensions().audio_context;
    AudioRows rows(device_, dimensions(), window);
    Graph graph(device_);
    const std::atomic<bool> never = false;
    const std::atomic<bool>* const abort = cancelled == nullptr ? &never : cancelled;
    const auto frames = std::size_t{2} * static_cast<std::size_t>(window);
    const auto bands = static_cast<std::size_t>(dimensions().mels);
    // Two frames before the window and one behind it are zeros.
    EncoderInput input{
        .first = 0, .last = window, .frames = std::vector<float>((frames + 3) * bands), .rows = &rows};
    std::fill_n(input.frames.begin() + static_cast<std::ptrdiff_t>(2 * bands), frames * bands,
                UtteranceMel::kNormalSilence);
    if (*abort) throw LoadCancelledError(file_.path);
    if (!Encoder(weights_, dimensions()).Encode(graph, {&input, 1}, threads, {&abort, 1})) {
      if (*abort) throw LoadCancelledError(file_.path);
      throw DecodeError("the model's silence could not be encoded");
    }
    silence_ = std::make_unique<const Silence>(device_, dimensions(), std::move(rows));
  });
  return *silence_;
}

}  // namespace theo
