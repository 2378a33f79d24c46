// Attention as Whisper's layers do it, ours and ggml's flash attention on one thread; one JSON object a line.
// Argument: rounds.

#include <ggml-cpu.h>
#include <ggml.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "attention/attention.h"
#include "timing.h"

namespace {

// whisper-base. Every layer has keys and values of its own, as in the model: they do not all stay in the
// cache.
constexpr std::size_t kLayers = 6;
constexpr std::size_t kHeads = 8;
constexpr std::size_t kHeadSize = 64;
constexpr std::size_t kRow = kHeads * kHeadSize;
constexpr float kScale = 0.125F;

struct Shape {
  const char* use;
  std::size_t query_rows;
  std::size_t key_rows;
  bool causal;

  /// Of one layer; what a causal mask hides does not count.
  [[nodiscard]] double operations() const {
    const double hidden = causal ? 0.5 * static_cast<double>(query_rows - 1) : 0.0;
    return 4.0 * kRow * static_cast<double>(query_rows) * (static_cast<double>(key_rows) - hidden);
  }
};

constexpr Shape kShapes[] = {
    {"encoder, partial", 83, 171, false},         {"encoder, final", 93, 1500, false},
    {"encoder, full", 1500, 1500, false},         {"decoder, step", 1, 64, true},
    {"decoder, step late", 1, 448, true},         {"decoder, 16 tokens", 16, 80, true},
    {"cross, step, pooled", 1, 350, false},       {"cross, step", 1, 1524, false},
    {"cross, 16 tokens, pooled", 16, 350, false}, {"cross, 16 tokens", 16, 1524, false},
};

/// Queries of one layer, keys and values of all.
struct Data {
  std::vector<float> queries;
  std::vector<std::uint16_t> keys;
  std::vector<std::uint16_t> values;

  explicit Data(const Shape& shape)
      : queries(shape.query_rows * kRow),
        keys(kLayers * shape.key_rows * kRow),
        values(kLayers * shape.key_rows * kRow) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal(0.0F, 1.0F);
    for (float& x : queries) x = normal(random);
    for (std::uint16_t& x : keys) x = ggml_fp32_to_fp16(normal(random));
    for (std::uint16_t& x : values) x = ggml_fp32_to_fp16(normal(random));
  }
};

class Ours {
 public:
  Ours(const Shape& shape, const Data& data) : shape_(shape), data_(data), out_(shape.query_rows * kRow) {}

  void Run() {
    for (std::size_t layer = 0; layer < kLayers; ++layer) {
      const std::size_t at = layer * shape_.key_rows * kRow;
      const theo::KeyValueBlock block = {.keys = data_.keys.data() + at,
                                         .values = data_.values.data() + at,
                                         .rows = shape_.key_rows,
                                         .stride = kRow,
                                         .bias = nullptr};
      theo::Attend({.queries = data_.queries.data(),
                    .query_rows = shape_.query_rows,
                    .query_stride = kRow,
                    .heads = kHeads,
                    .head_size = kHeadSize,
                    .scale = kScale,
                    .blocks = {&block, 1},
                    .causal = shape_.causal,
                    .out = out_.data(),
                    .out_stride = kRow},
                   workspace_, 0, 1);
    }
  }
  /// Of the last layer.
  [[nodiscard]] const float* out() const { return out_.data(); }

 private:
  const Shape& shape_;
  const Data& data_;
  std::vector<float> out_;
  theo::AttentionWorkspace workspace_;
};

class Ggml {
 public:
  Ggml(const Shape& shape, const Data& data)
      : context_(ggml_init({.mem_size = MemoryFor(shape), .mem_buffer = nullptr, .no_alloc = false})) {
    const auto rows = [&](ggml_type type, std::size_t count, const void* from) {
      ggml_tensor* tensor =
          ggml_new_tensor_3d(context_.get(), type, kHeadSize, kHeads, static_cast<std::int64_t>(count));
      std::copy_n(static_cast<const char*>(from), ggml_nbytes(tensor), static_cast<char*>(tensor->data));
      return ggml_permute(context_.get(), tensor, 0, 2, 1, 3);
    };
    ggml_tensor* queries = rows(GGML_TYPE_F32, shape.query_rows, data.queries.data());
    ggml_tensor* mask = shape.causal ? CausalMask(shape) : nullptr;
    graph_ = ggml_new_graph(context_.get());
    for (std::size_t layer = 0; layer < kLayers; ++layer) {
      const std::size_t at = layer * shape.key_rows * kRow;
      ggml_tensor* keys = rows(GGML_TYPE_F16, shape.key_rows, data.keys.data() + at);
      ggml_tensor* values = rows(GGML_TYPE_F16, shape.key_rows, data.values.data() + at);
      out_ = ggml_flash_attn_ext(context_.get(), queries, keys, values, mask, kScale, 0.0F, 0.0F);
      ggml_build_forward_expand(graph_, out_);
    }
    plan_ = ggml_graph_plan(graph_, 1, nullptr);
    work_.resize(plan_.work_size);
    plan_.work_data = work_.data();
  }

  void Run() { ggml_graph_compute(graph_, &plan_); }
  [[nodiscard]] const float* out() const { return static_cast<const float*>(out_->data); }

 private:
  struct Free {
    void operator()(ggml_context* context) const { ggml_free(context); }
  };

  static std::size_t MemoryFor(const Shape& shape) {
    const std::size_t rows = 4 * (kLayers + 1) * shape.query_rows + 2 * 2 * kLayers * shape.key_rows;
    return rows * kRow + 2 * shape.query_rows * shape.key_rows + (std::size_t{1} << 20);
  }

  ggml_tensor* CausalMask(const Shape& shape) {
    ggml_tensor* mask =
        ggml_new_tensor_2d(context_.get(), GGML_TYPE_F16, static_cast<std::int64_t>(shape.key_rows),
                           static_cast<std::int64_t>(shape.query_rows));
    auto* at = static_cast<ggml_fp16_t*>(mask->data);
    for (std::size_t i = 0; i < shape.query_rows; ++i) {
      for (std::size_t k = 0; k < shape.key_rows; ++k) {
        const bool is_seen = k + shape.query_rows <= shape.key_rows + i;
        *at++ = ggml_fp32_to_fp16(is_seen ? 0.0F : -std::numeric_limits<float>::infinity());
      }
    }
    return mask;
  }

  std::unique_ptr<ggml_context, Free> context_;
  ggml_cgraph* graph_ = nullptr;
  ggml_tensor* out_ = nullptr;
  ggml_cplan plan_{};
  std::vector<std::uint8_t> work_;
};

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  ggml_cpu_init();
  for (const Shape& shape : kShapes) {
    const Data data(shape);
    Ours ours(shape, data);
    Ggml ggml(shape, data);
    double our_seconds = std::numeric_limits<double>::infinity();
    double ggml_seconds = our_seconds;
    // Short ones are run more often: a moment in which nothing else takes the core is soon found.
    const int repeats = rounds * std::clamp(static_cast<int>(4e9 / shape.operations()), 1, 200);
    for (int round = 0; round < repeats; ++round) {
      our_seconds = std::min(our_seconds, theo::bench::SecondsOf([&] { ours.Run(); }) / kLayers);
      ggml_seconds = std::min(ggml_seconds, theo::bench::SecondsOf([&] { ggml.Run(); }) / kLayers);
    }
    double difference = 0.0;
    for (std::size_t i = 0; i < shape.query_rows * kRow; ++i) {
      difference = std::max(difference, std::abs(static_cast<double>(ours.out()[i]) - ggml.out()[i]));
    }
    std::printf(
        "{\"use\":\"%s\",\"queries\":%zu,\"keys\":%zu,\"simd\":\"%s\",\"ourUs\":%.2f,\"ourGflops\":%.1f,"
        "\"ggmlUs\":%.2f,\"ggmlGflops\":%.1f,\"largestDifference\":%.2g}\n",
        shape.use, shape.query_rows, shape.key_rows, theo::simd::ActiveKernels().name, 1e6 * our_seconds,
        shape.operations() / our_seconds * 1e-9, 1e6 * ggml_seconds, shape.operations() / ggml_seconds * 1e-9,
        difference);
    std::fflush(stdout);
  }
}
