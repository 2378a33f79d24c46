#include "whisper/model_file.h"

#include <ggml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>

#include "whisper/error.h"

namespace theo {
namespace {

constexpr std::uint32_t kMagic = 0x67676d6c;  // "ggml"
constexpr std::int32_t kLargestDimension = 1 << 20;
// The special tokens of English-only Whisper have fixed ids up to this.
constexpr std::int32_t kSmallestVocabulary = 51864;
// Whisper large-v3's, which has one language more.
constexpr std::int32_t kLargestVocabulary = 51866;
// Whisper's largest have 32.
constexpr std::int32_t kMostLayers = 64;
// What attention kernels take at a time.
constexpr std::int32_t kHeadMultiple = 16;
constexpr auto kFftBins = static_cast<std::int32_t>(MelFft::kBins);
constexpr std::int32_t kLongestToken = 4096;
constexpr std::int32_t kLongestTensorName = 256;

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) throw ModelFileError(path, "no such file");
    if (!std::filesystem::is_regular_file(path, error)) throw ModelFileError(path, "not a regular file");
    size_ = std::filesystem::file_size(path, error);
    stream_.open(path, std::ios::binary);
    if (error || !stream_) throw ModelFileError(path, std::strerror(errno));
  }

  template <typename T>
  T Read(const char* what) {
    T value{};
    Require(sizeof(T), what);
    stream_.read(reinterpret_cast<char*>(&value), sizeof(T));
    if (!stream_) Fail(std::string("cannot read ") + what);
    position_ += sizeof(T);
    return value;
  }

  std::int32_t ReadBetween(std::int32_t low, std::int32_t high, const char* what) {
    const auto value = Read<std::int32_t>(what);
    if (value < low || value > high) {
      Fail(std::string(what) + " is " + std::to_string(value) + ", expected " + std::to_string(low) + ".." +
           std::to_string(high));
    }
    return value;
  }

  void Skip(std::uint64_t bytes, const char* what) {
    Require(bytes, what);
    position_ += bytes;
    stream_.seekg(static_cast<std::streamoff>(position_));
  }

  std::string ReadText(std::size_t bytes, const char* what) {
    Require(bytes, what);
    std::string text(bytes, '\0');
    stream_.read(text.data(), static_cast<std::streamsize>(bytes));
    if (!stream_) Fail(std::string("cannot read ") + what);
    position_ += bytes;
    return text;
  }

  [[nodiscard]] bool AtEnd() const { return position_ == size_; }
  [[nodiscard]] std::uint64_t position() const { return position_; }

  [[noreturn]] void Fail(const std::string& cause) const {
    throw ModelFileError(path_, cause + " (at byte " + std::to_string(position_) + ")");
  }

 private:
  void Require(std::uint64_t bytes, const char* what) const {
    if (bytes > size_ - position_) Fail(std::string("truncated inside ") + what);
  }

  std::string path_;
  std::ifstream stream_;
  std::uint64_t size_ = 0;
  std::uint64_t position_ = 0;
};

using Shape = std::array<std::int64_t, 4>;
using Tensors = std::map<std::string, TensorEntry, std::less<>>;

/// Whether weights can have this type. ggml's other types are for indices and intermediate results, or have
/// been removed.
bool IsWeightType(ggml_type type) {
  const bool can_be_read = type == GGML_TYPE_F32 || ggml_get_type_traits(type)->to_float != nullptr;
  return can_be_read && ggml_type_size(type) > 0 && ggml_blck_size(type) > 0;
}

void SkipTensor(Reader& reader, Tensors& tensors) {
  const std::int32_t dimensions = reader.ReadBetween(1, 4, "a tensor's number of dimensions");
  const std::int32_t name_length = reader.ReadBetween(1, kLongestTensorName, "the length of a tensor's name");
  const std::int32_t type_id = reader.ReadBetween(0, GGML_TYPE_COUNT - 1, "a tensor's type");
  Shape shape{1, 1, 1, 1};
  for (std::int32_t i = 0; i < dimensions; ++i) {
    shape[static_cast<std::size_t>(i)] = reader.ReadBetween(1, kLargestDimension, "a tensor's dimension");
  }
  const std::string name = reader.ReadText(static_cast<std::size_t>(name_length), "a tensor's name");
  const auto type = static_cast<ggml_type>(type_id);
  if (!IsWeightType(type)) reader.Fail("a tensor has a type that no weights have");
  if (shape[0] % ggml_blck_size(type) != 0)
    reader.Fail("a tensor's row does not fill whole quantization blocks");
  const auto rows = static_cast<std::uint64_t>(shape[1] * shape[2]) * static_cast<std::uint64_t>(shape[3]);
  const std::uint64_t bytes = ggml_row_size(type, shape[0]) * rows;
  tensors[name] = {type, shape, reader.position(), bytes};
  reader.Skip(bytes, "a tensor's data");
}

// Reads and does not seek: each seek would discard the stream's buffer, and there are 50 000 tokens.
std::string ReadVocabulary(Reader& reader, std::int32_t most_tokens) {
  std::string vocabulary;
  const auto append = [&](std::int32_t value) {
    vocabulary.append(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  const std::int32_t tokens = reader.ReadBetween(1, most_tokens, "the vocabulary's size");
  append(tokens);
  for (std::int32_t i = 0; i < tokens; ++i) {
    const std::int32_t length = reader.ReadBetween(0, kLongestToken, "a token's length");
    append(length);
    vocabulary += reader.ReadText(static_cast<std::size_t>(length), "the vocabulary");
  }
  return vocabulary;
}

Dimensions ReadDimensions(Reader& reader) {
  Dimensions d{};
  d.vocabulary = reader.ReadBetween(kSmallestVocabulary, kLargestVocabulary, "n_vocab");
  d.audio_context = reader.ReadBetween(1, 1500, "n_audio_ctx");
  d.state = reader.ReadBetween(1, 16384, "n_audio_state");
  d.audio_heads = reader.ReadBetween(1, 256, "n_audio_head");
  d.audio_layers = reader.ReadBetween(1, kMostLayers, "n_audio_layer");
  d.text_context = reader.ReadBetween(8, 448, "n_text_ctx");
  const std::int32_t text_state = reader.ReadBetween(1, 16384, "n_text_state");
  d.text_heads = reader.ReadBetween(1, 256, "n_text_head");
  d.text_layers = reader.ReadBetween(1, kMostLayers, "n_text_layer");
  d.mels = reader.ReadBetween(1, 256, "n_mels");
  if (d.state != text_state) reader.Fail("n_audio_state and n_text_state differ");
  if (d.state % d.audio_heads != 0) reader.Fail("n_audio_head does not divide n_audio_state");
  if (d.state % d.text_heads != 0) reader.Fail("n_text_head does not divide n_text_state");
  if (d.state / d.audio_heads % kHeadMultiple != 0 || d.state / d.text_heads % kHeadMultiple != 0) {
    reader.Fail("the size of a head is no multiple of " + std::to_string(kHeadMultiple));
  }

  constexpr std::array kKnownTypes = {0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14};  // ggml_ftype
  const std::int32_t type = reader.ReadBetween(0, 2999, "ftype") % 1000;
  if (std::find(kKnownTypes.begin(), kKnownTypes.end(), type) == kKnownTypes.end()) {
    reader.Fail("ftype " + std::to_string(type) + " is unknown");
  }
  return d;
}

}  // namespace

ModelFile CheckModelFile(const std::string& path) {
  Reader reader(path);
  if (reader.Read<std::uint32_t>("the magic number") != kMagic) {
    reader.Fail("not a whisper.cpp model in ggml format (wrong magic number)");
  }
  ModelFile file;
  file.path = path;
  file.dimensions = ReadDimensions(reader);

  const std::int32_t filter_mels = reader.ReadBetween(1, 256, "the mel filters' count");
  if (filter_mels != file.dimensions.mels) reader.Fail("the mel filters do not match n_mels");
  reader.ReadBetween(kFftBins, kFftBins, "the mel filters' width");
  file.mel_filters.bands = static_cast<std::size_t>(filter_mels);
  file.mel_filters.weights.resize(file.mel_filters.bands * MelFft::kBins);
  for (float& weight : file.mel_filters.weights) {
    weight = reader.Read<float>("the mel filters");
    if (!std::isfinite(weight)) reader.Fail("a mel filter is not a number");
  }

  file.vocabulary = ReadVocabulary(reader, file.dimensions.vocabulary);

  while (!reader.AtEnd()) SkipTensor(reader, file.tensors);
  return file;
}

}  // namespace theo
