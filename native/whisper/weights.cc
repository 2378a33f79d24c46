#include "whisper/weights.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <string>

#include "whisper/error.h"

namespace theo {
namespace {

/// As much is read at a time: a disk takes some hundredths of a second for it.
constexpr std::size_t kBytesAtOnce = std::size_t{4} << 20;

/// Reads tensors of a model file.
class TensorReader {
 public:
  TensorReader(const ModelFile& file, LoadProgress& progress)
      : file_(file), progress_(progress), stream_(file.path, std::ios::binary) {
    if (!stream_) throw ModelFileError(file.path, "cannot be opened");
  }

  /// A tensor that will be read once.
  /// @throws ModelFileError when it is missing or has another shape.
  const TensorEntry& Expect(const std::string& name, std::array<std::int64_t, 4> shape) {
    const auto found = file_.tensors.find(name);
    if (found == file_.tensors.end()) Fail("the weights '" + name + "' are missing");
    if (found->second.shape != shape) Fail("the weights '" + name + "' do not have the declared size");
    progress_.total_bytes += found->second.bytes;
    return found->second;
  }

  std::vector<std::uint8_t> Raw(const TensorEntry& entry) {
    std::vector<std::uint8_t> bytes(entry.bytes);
    stream_.seekg(static_cast<std::streamoff>(entry.offset));
    for (std::size_t done = 0; done < bytes.size();) {
      if (progress_.cancelled) throw LoadCancelledError(file_.path);
      const std::size_t count = std::min(kBytesAtOnce, bytes.size() - done);
      stream_.read(reinterpret_cast<char*>(bytes.data() + done), static_cast<std::streamsize>(count));
      if (!stream_) Fail("cannot read the weights");
      done += count;
      progress_.read_bytes += count;
    }
    return bytes;
  }

  std::vector<float> Floats(const TensorEntry& entry) {
    const std::vector<std::uint8_t> raw = Raw(entry);
    const std::int64_t count = entry.shape[0] * entry.shape[1] * entry.shape[2] * entry.shape[3];
    std::vector<float> floats(static_cast<std::size_t>(count));
    ToFloats(entry.type, raw.data(), floats);
    return floats;
  }

  static void ToFloats(ggml_type type, const void* raw, std::span<float> floats) {
    if (type == GGML_TYPE_F32) {
      std::memcpy(floats.data(), raw, floats.size_bytes());
    } else {
      ggml_get_type_traits(type)->to_float(raw, floats.data(), static_cast<std::int64_t>(floats.size()));
    }
  }

  [[noreturn]] void Fail(const std::string& cause) const { throw ModelFileError(file_.path, cause); }

 private:
  const ModelFile& file_;
  LoadProgress& progress_;
  std::ifstream stream_;
};

/// One of the matrices that are stacked to a linear layer.
struct Part {
  std::string weight;
  /// Empty: zeros.
  std::string bias;
};

}  // namespace

/// Declares every tensor first, so that one buffer can hold them all, and fills them afterwards.
class WeightsLoader {
 public:
  WeightsLoader(Weights& weights, const ModelFile& file, bool int8, LoadProgress& progress)
      : weights_(weights), sizes_(file.dimensions), reader_(file, progress), int8_(int8) {}

  void Declare() {
    const std::int64_t state = sizes_.state;
    AddConvolution(weights_.convolution1, "encoder.conv1", sizes_.mels);
    AddConvolution(weights_.convolution2, "encoder.conv2", state);
    weights_.encoder_positions =
        AddFloats("encoder.positional_embedding", {state, sizes_.audio_context, 1, 1});
    weights_.encoder.resize(static_cast<std::size_t>(sizes_.audio_layers));
    for (std::size_t i = 0; i < weights_.encoder.size(); ++i) {
      const std::string prefix = "encoder.blocks." + std::to_string(i) + ".";
      EncoderLayer& layer = weights_.encoder[i];
      AddSelfAttention(layer, prefix);
      AddMlp(layer, prefix);
    }
    AddNorm(weights_.encoder_norm, "encoder.ln_post");

    weights_.decoder.resize(static_cast<std::size_t>(sizes_.text_layers));
    for (std::size_t i = 0; i < weights_.decoder.size(); ++i) {
      const std::string prefix = "decoder.blocks." + std::to_string(i) + ".";
      const std::string cross = prefix + "cross_attn.";
      DecoderLayer& layer = weights_.decoder[i];
      AddSelfAttention(layer, prefix);
      AddNorm(layer.cross_norm, prefix + "cross_attn_ln");
      AddLinear(layer.cross_query, {{cross + "query.weight", cross + "query.bias"}}, state, state);
      AddLinear(layer.cross_key_value,
                {{cross + "key.weight", ""}, {cross + "value.weight", cross + "value.bias"}}, state, state);
      AddLinear(layer.cross_out, {{cross + "out.weight", cross + "out.bias"}}, state, state);
      AddMlp(layer, prefix);
    }
    AddNorm(weights_.decoder_norm, "decoder.ln");
    AddLinear(weights_.logits, {{kTokenTable, ""}}, state, sizes_.vocabulary);
    AddEmbeddings();
  }

  void Fill() {
    for (const auto& fill : fills_) fill();
  }

  static std::size_t TensorCount(const Dimensions& sizes) {
    return static_cast<std::size_t>(16 + 16 * sizes.audio_layers + 24 * sizes.text_layers);
  }

 private:
  static constexpr const char* kTokenTable = "decoder.token_embedding.weight";

  void AddEmbeddings() {
    const TensorEntry& table = reader_.Expect(kTokenTable, {sizes_.state, sizes_.vocabulary, 1, 1});
    const TensorEntry& positions =
        reader_.Expect("decoder.positional_embedding", {sizes_.state, sizes_.text_context, 1, 1});
    fills_.emplace_back([this, &table, &positions] {
      weights_.token_type_ = table.type;
      weights_.token_rows_ = reader_.Raw(table);
      weights_.token_positions_ = reader_.Floats(positions);
      weights_.bytes_ += weights_.token_rows_.size() + weights_.token_positions_.size() * sizeof(float);
    });
  }

  template <typename Layer>
  void AddSelfAttention(Layer& layer, const std::string& prefix) {
    const std::string attention = prefix + "attn.";
    AddNorm(layer.attention_norm, prefix + "attn_ln");
    AddLinear(layer.query_key_value,
              {{attention + "query.weight", attention + "query.bias"},
               {attention + "key.weight", ""},
               {attention + "value.weight", attention + "value.bias"}},
              sizes_.state, sizes_.state);
    AddLinear(layer.attention_out, {{attention + "out.weight", attention + "out.bias"}}, sizes_.state,
              sizes_.state);
  }

  template <typename Layer>
  void AddMlp(Layer& layer, const std::string& prefix) {
    const std::int64_t width = std::int64_t{4} * sizes_.state;
    AddNorm(layer.mlp_norm, prefix + "mlp_ln");
    AddLinear(layer.mlp_in, {{prefix + "mlp.0.weight", prefix + "mlp.0.bias"}}, sizes_.state, width);
    AddLinear(layer.mlp_out, {{prefix + "mlp.2.weight", prefix + "mlp.2.bias"}}, width, sizes_.state);
  }

  void AddNorm(LayerNorm& norm, const std::string& name) {
    norm.weight = AddFloats(name + ".weight", {sizes_.state, 1, 1, 1});
    norm.bias = AddFloats(name + ".bias", {sizes_.state, 1, 1, 1});
  }

  ggml_tensor* NewTensor(ggml_type type, std::int64_t columns, std::int64_t rows) {
    // Named, because ggml gives unnamed tensors a name when a graph is built on them, on any thread.
    return ggml_set_name(ggml_new_tensor_2d(weights_.context_.get(), type, columns, rows), "weights");
  }

  static void Set(ggml_tensor* tensor, const void* data) {
    ggml_backend_tensor_set(tensor, data, 0, ggml_nbytes(tensor));
  }

  ggml_tensor* AddFloats(const std::string& name, std::array<std::int64_t, 4> shape) {
    const TensorEntry& entry = reader_.Expect(name, shape);
    ggml_tensor* tensor = NewTensor(GGML_TYPE_F32, shape[0], shape[1]);
    fills_.emplace_back([this, &entry, tensor] { Set(tensor, reader_.Floats(entry).data()); });
    return tensor;
  }

  void AddBias(Linear& linear, const std::vector<Part>& parts, std::int64_t rows_of_part,
               std::array<std::int64_t, 4> shape) {
    if (std::all_of(parts.begin(), parts.end(), [](const Part& part) { return part.bias.empty(); })) return;
    std::vector<const TensorEntry*> entries;
    for (const Part& part : parts) {
      entries.push_back(part.bias.empty() ? nullptr : &reader_.Expect(part.bias, shape));
    }
    linear.bias = NewTensor(GGML_TYPE_F32, rows_of_part * static_cast<std::int64_t>(parts.size()), 1);
    fills_.emplace_back([this, &linear, entries, rows_of_part] {
      std::vector<float> bias;
      for (const TensorEntry* entry : entries) {
        const std::vector<float> floats = entry == nullptr
                                              ? std::vector<float>(static_cast<std::size_t>(rows_of_part))
                                              : reader_.Floats(*entry);
        bias.insert(bias.end(), floats.begin(), floats.end());
      }
      Set(linear.bias, bias.data());
    });
  }

  void AddLinear(Linear& linear, const std::vector<Part>& parts, std::int64_t inputs,
                 std::int64_t rows_of_part) {
    std::vector<const TensorEntry*> entries;
    for (const Part& part : parts) {
      entries.push_back(&reader_.Expect(part.weight, {inputs, rows_of_part, 1, 1}));
      if (entries.back()->type != entries.front()->type) reader_.Fail("a layer's weights differ in type");
    }
    const std::int64_t outputs = rows_of_part * static_cast<std::int64_t>(parts.size());
    AddBias(linear, parts, rows_of_part, {rows_of_part, 1, 1, 1});
    linear.inputs = static_cast<std::size_t>(inputs);
    linear.outputs = static_cast<std::size_t>(outputs);
    if (int8_) {
      fills_.emplace_back([this, &linear, entries] {
        linear.packed = std::make_unique<Int8Matrix>(linear.outputs, linear.inputs);
        std::size_t output = 0;
        for (const TensorEntry* entry : entries) {
          const std::vector<float> floats = reader_.Floats(*entry);
          Pack(linear, floats, output);
          output += floats.size() / linear.inputs;
        }
        weights_.bytes_ += linear.packed->bytes();
      });
      return;
    }
    linear.weight = NewTensor(entries.front()->type, inputs, outputs);
    fills_.emplace_back([this, &linear, entries] {
      std::size_t offset = 0;
      for (const TensorEntry* entry : entries) {
        const std::vector<std::uint8_t> raw = reader_.Raw(*entry);
        ggml_backend_tensor_set(linear.weight, raw.data(), offset, raw.size());
        offset += raw.size();
      }
    });
  }

  /// A convolution over 3 frames is a product with 3 neighbouring frames side by side. The file stores the 3
  /// weights of a channel together; they are reordered to store the channels of a frame together.
  void AddConvolution(Linear& linear, const std::string& name, std::int64_t channels) {
    const std::int64_t outputs = sizes_.state;
    const TensorEntry& entry = reader_.Expect(name + ".weight", {3, channels, outputs, 1});
    AddBias(linear, {{name + ".weight", name + ".bias"}}, outputs, {1, outputs, 1, 1});
    linear.inputs = static_cast<std::size_t>(3 * channels);
    linear.outputs = static_cast<std::size_t>(outputs);
    const auto by_frames = [this, &linear, &entry] {
      const std::vector<float> floats = reader_.Floats(entry);
      std::vector<float> turned(floats.size());
      const std::size_t width = linear.inputs / 3;
      for (std::size_t output = 0; output < linear.outputs; ++output) {
        for (std::size_t channel = 0; channel < width; ++channel) {
          for (std::size_t frame = 0; frame < 3; ++frame) {
            turned[output * linear.inputs + frame * width + channel] =
                floats[output * linear.inputs + channel * 3 + frame];
          }
        }
      }
      return turned;
    };
    if (int8_) {
      fills_.emplace_back([this, &linear, by_frames] {
        linear.packed = std::make_unique<Int8Matrix>(linear.outputs, linear.inputs);
        Pack(linear, by_frames(), 0);
        weights_.bytes_ += linear.packed->bytes();
      });
      return;
    }
    linear.weight = NewTensor(GGML_TYPE_F16, 3 * channels, outputs);
    fills_.emplace_back([&linear, by_frames] {
      const std::vector<float> turned = by_frames();
      std::vector<ggml_fp16_t> halves(turned.size());
      ggml_fp32_to_fp16_row(turned.data(), halves.data(), static_cast<std::int64_t>(turned.size()));
      Set(linear.weight, halves.data());
    });
  }

  static void Pack(Linear& linear, std::span<const float> floats, std::size_t first_output) {
    for (std::size_t row = 0; (row + 1) * linear.inputs <= floats.size(); ++row) {
      linear.packed->SetRow(first_output + row, floats.subspan(row * linear.inputs, linear.inputs));
    }
  }

  Weights& weights_;
  const Dimensions& sizes_;
  TensorReader reader_;
  bool int8_;
  std::vector<std::function<void()>> fills_;
};

Weights::Weights(const ModelFile& file, ggml_backend_buffer_type_t buffer_type, bool int8,
                 LoadProgress& progress) {
  const std::size_t tensors = WeightsLoader::TensorCount(file.dimensions);
  context_.reset(ggml_init({tensors * ggml_tensor_overhead(), nullptr, true}));
  WeightsLoader loader(*this, file, int8, progress);
  loader.Declare();
  buffer_.reset(ggml_backend_alloc_ctx_tensors_from_buft(context_.get(), buffer_type));
  if (!buffer_) throw ModelFileError(file.path, "out of memory for the weights");
  ggml_backend_buffer_set_usage(buffer_.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
  bytes_ = ggml_backend_buffer_get_size(buffer_.get());
  loader.Fill();
}

void Weights::Embed(std::int32_t token, std::int32_t position, std::span<float> output) const {
  const std::size_t row_bytes = ggml_row_size(token_type_, static_cast<std::int64_t>(output.size()));
  TensorReader::ToFloats(token_type_, token_rows_.data() + static_cast<std::size_t>(token) * row_bytes,
                         output);
  const float* offsets = token_positions_.data() + static_cast<std::size_t>(position) * output.size();
  for (std::size_t i = 0; i < output.size(); ++i) output[i] += offsets[i];
}

}  // namespace theo
