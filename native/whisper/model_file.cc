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
    position_ += bytes;
    return text;
  }

  [[nodiscard]] bool AtEnd() const { return position_ == size_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

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
using Tensors = std::map<std::string, Shape, std::less<>>;

void SkipTensor(Reader& reader, Tensors& tensors) {
  const std::int32_t dimensions = reader.ReadBetween(1, 4, "a tensor's number of dimensions");
  const std::int32_t name_length = reader.ReadBetween(1, kLongestTensorName, "the length of a tensor's name");
  const std::int32_t type_id = reader.ReadBetween(0, GGML_TYPE_COUNT - 1, "a tensor's type");
  Shape shape{1, 1, 1, 1};
  for (std::int32_t i = 0; i < dimensions; ++i) {
    shape[static_cast<std::size_t>(i)] = reader.ReadBetween(1, kLargestDimension, "a tensor's dimension");
  }
  tensors[reader.ReadText(static_cast<std::size_t>(name_length), "a tensor's name")] = shape;
  const auto type = static_cast<ggml_type>(type_id);
  const std::int64_t block = ggml_blck_size(type);
  // Types that ggml has removed keep their number but have no size.
  if (block == 0 || ggml_type_size(type) == 0) reader.Fail("a tensor has a type that no longer exists");
  if (shape[0] % block != 0) reader.Fail("a tensor's row does not fill whole quantization blocks");
  const auto rows = static_cast<std::uint64_t>(shape[1] * shape[2]) * static_cast<std::uint64_t>(shape[3]);
  reader.Skip(ggml_row_size(type, shape[0]) * rows, "a tensor's data");
}

struct Dimensions {
  std::int32_t vocabulary;
  std::int32_t audio_context;
  std::int32_t audio_state;
  std::int32_t audio_heads;
  std::int32_t audio_layers;
  std::int32_t text_context;
  std::int32_t text_state;
  std::int32_t text_heads;
  std::int32_t text_layers;
  std::int32_t mels;
};

Dimensions ReadDimensions(Reader& reader) {
  Dimensions d{};
  d.vocabulary = reader.ReadBetween(kSmallestVocabulary, kLargestDimension, "n_vocab");
  d.audio_context = reader.ReadBetween(1, 1500, "n_audio_ctx");
  d.audio_state = reader.ReadBetween(1, 16384, "n_audio_state");
  d.audio_heads = reader.ReadBetween(1, 256, "n_audio_head");
  d.audio_layers = reader.ReadBetween(1, 256, "n_audio_layer");
  d.text_context = reader.ReadBetween(8, 448, "n_text_ctx");
  d.text_state = reader.ReadBetween(1, 16384, "n_text_state");
  d.text_heads = reader.ReadBetween(1, 256, "n_text_head");
  d.text_layers = reader.ReadBetween(1, 256, "n_text_layer");
  d.mels = reader.ReadBetween(1, 256, "n_mels");
  if (d.audio_state != d.text_state) reader.Fail("n_audio_state and n_text_state differ");
  if (d.audio_state % d.audio_heads != 0) reader.Fail("n_audio_head does not divide n_audio_state");
  if (d.text_state % d.text_heads != 0) reader.Fail("n_text_head does not divide n_text_state");

  constexpr std::array kKnownTypes = {1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14};  // ggml_ftype
  const std::int32_t type = reader.ReadBetween(0, 2999, "ftype") % 1000;
  // ggml's convolutions abort the process for them.
  if (type == 0) reader.Fail("whisper.cpp cannot run weights of 32-bit floats; convert the model to f16");
  if (std::find(kKnownTypes.begin(), kKnownTypes.end(), type) == kKnownTypes.end()) {
    reader.Fail("ftype " + std::to_string(type) + " is unknown");
  }
  return d;
}

/// The weights that tie the declared dimensions to what the file holds: whisper.cpp allocates by the former.
void CheckWeights(const Reader& reader, const Tensors& tensors, const Dimensions& d) {
  const auto require = [&](const std::string& name, std::int64_t columns, std::int64_t rows) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) reader.Fail("the weights '" + name + "' are missing");
    if (found->second[0] != columns || found->second[1] != rows) {
      reader.Fail("the weights '" + name + "' do not have the declared size");
    }
  };
  require("encoder.positional_embedding", d.audio_state, d.audio_context);
  require("decoder.positional_embedding", d.text_state, d.text_context);
  require("decoder.token_embedding.weight", d.text_state, d.vocabulary);
  require("encoder.conv1.weight", 3, d.mels);
  for (std::int32_t layer = 0; layer < d.audio_layers; ++layer) {
    require("encoder.blocks." + std::to_string(layer) + ".attn.query.weight", d.audio_state, d.audio_state);
  }
  for (std::int32_t layer = 0; layer < d.text_layers; ++layer) {
    require("decoder.blocks." + std::to_string(layer) + ".attn.query.weight", d.text_state, d.text_state);
  }
}

}  // namespace

ModelFile CheckModelFile(const std::string& path) {
  Reader reader(path);
  if (reader.Read<std::uint32_t>("the magic number") != kMagic) {
    reader.Fail("not a whisper.cpp model in ggml format (wrong magic number)");
  }
  const Dimensions dimensions = ReadDimensions(reader);

  const std::int32_t filter_mels = reader.ReadBetween(1, 256, "the mel filters' count");
  if (filter_mels != dimensions.mels) reader.Fail("the mel filters do not match n_mels");
  reader.ReadBetween(kFftBins, kFftBins, "the mel filters' width");
  ModelFile file;
  file.bytes = reader.size();
  file.mel_filters.bands = static_cast<std::size_t>(filter_mels);
  file.mel_filters.weights.resize(file.mel_filters.bands * MelFft::kBins);
  for (float& weight : file.mel_filters.weights) {
    weight = reader.Read<float>("the mel filters");
    if (!std::isfinite(weight)) reader.Fail("a mel filter is not a number");
  }

  const std::int32_t tokens = reader.ReadBetween(1, dimensions.vocabulary, "the vocabulary's size");
  for (std::int32_t i = 0; i < tokens; ++i) {
    const std::int32_t length = reader.ReadBetween(0, kLongestToken, "a token's length");
    reader.Skip(static_cast<std::uint64_t>(length), "the vocabulary");
  }

  Tensors tensors;
  while (!reader.AtEnd()) SkipTensor(reader, tensors);
  CheckWeights(reader, tensors, dimensions);
  return file;
}

}  // namespace theo
