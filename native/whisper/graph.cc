#include "whisper/graph.h"

#include <ggml-backend.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "whisper/error.h"
#include "whisper/layer_rows.h"

namespace theo {
namespace {

// The most operators, views and inputs in a layer: shared by all members, and for each member.
constexpr std::size_t kNodesPerLayer = 48;
constexpr std::size_t kNodesPerLayerAndMember = 40;
constexpr std::size_t kNodesPerWeights = 6;
constexpr float kNormEpsilon = 1e-5F;
// ggml's attention on GPUs needs a multiple of this many keys, and of mask rows.
constexpr std::int64_t kKeyMultiple = 256;
constexpr std::int64_t kMaskRowMultiple = 64;

std::int64_t RoundUp(std::int64_t value, std::int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

std::size_t StrideInFloats(const ggml_tensor* tensor) {
  return tensor->nb[1] / sizeof(float);
}

const std::uint16_t* Halves(const ggml_tensor* tensor) {
  return static_cast<const std::uint16_t*>(tensor->data);
}

/// `count` rows of a layer from `first` on.
KeyValueBlock Block(const ggml_tensor* layer, std::int32_t first, std::int32_t count, const float* bias) {
  const auto stride = static_cast<std::size_t>(layer->ne[0]);
  const std::uint16_t* keys = Halves(layer) + static_cast<std::size_t>(first) * stride;
  return {keys, keys + stride / 2, static_cast<std::size_t>(count), stride, bias};
}

template <typename Function>
Function CpuFunction(const char* name) {
  ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  return reinterpret_cast<Function>(
      ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(cpu), name));
}

}  // namespace

Graph::Graph(const Device& device)
    : on_cpu_(device.is_cpu()),
      backend_(device.NewBackend()),
      allocator_(ggml_gallocr_new(device.buffer_type())) {}

void Graph::Begin(std::size_t layers, std::size_t members, std::size_t weights) {
  // The nodes before and behind the layers are fewer than those of one layer.
  const std::size_t nodes = (layers + 1) * (kNodesPerLayer + members * kNodesPerLayerAndMember) +
                            members * weights * kNodesPerWeights;
  const std::size_t bytes = nodes * ggml_tensor_overhead() + ggml_graph_overhead_custom(nodes, false);
  context_.reset();
  if (arena_.size() < bytes) arena_.resize(bytes);
  context_.reset(ggml_init({arena_.size(), arena_.data(), true}));
  graph_ = ggml_new_graph_custom(context_.get(), nodes, false);
  uploads_.clear();
  masks_.clear();
  linear_calls_.clear();
  attention_calls_.clear();
}

ggml_tensor* Graph::InputBytes(ggml_tensor* tensor, std::vector<std::uint8_t> bytes) {
  ggml_set_input(tensor);
  uploads_.push_back({tensor, std::move(bytes)});
  return tensor;
}

ggml_tensor* Graph::Input(std::int64_t columns, std::int64_t rows, std::vector<float> values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return InputBytes(ggml_new_tensor_2d(context(), GGML_TYPE_F32, columns, rows), std::move(bytes));
}

ggml_tensor* Graph::Normalize(const LayerNorm& norm, ggml_tensor* x) {
  ggml_tensor* normal = ggml_norm(context(), x, kNormEpsilon);
  return ggml_add(context(), ggml_mul(context(), normal, norm.weight), norm.bias);
}

ggml_tensor* Graph::Multiply(const Linear& linear, ggml_tensor* x, Activation activation,
                             ggml_tensor* residual) {
  if (linear.packed) {
    linear_calls_.push_back({this, &linear, activation, residual != nullptr});
    std::array<ggml_tensor*, 2> arguments = {x, residual};
    return ggml_custom_4d(context(), GGML_TYPE_F32, static_cast<std::int64_t>(linear.outputs), x->ne[1], 1, 1,
                          arguments.data(), residual == nullptr ? 1 : 2, RunLinear, GGML_N_TASKS_MAX,
                          &linear_calls_.back());
  }
  // Overlapping rows are copied: not every backend can read them.
  if (!ggml_is_contiguous(x)) x = ggml_cont(context(), x);
  ggml_tensor* y = ggml_mul_mat(context(), linear.weight, x);
  if (linear.bias != nullptr) y = ggml_add(context(), y, linear.bias);
  if (activation == Activation::kGelu) y = ggml_gelu(context(), y);
  return residual == nullptr ? y : ggml_add(context(), y, residual);
}

void Graph::RunLinear(ggml_tensor* output, int thread, int threads, void* call_pointer) {
  const auto& call = *static_cast<const LinearCall*>(call_pointer);
  const ggml_tensor* x = output->src[0];
  const ggml_tensor* residual = call.has_residual ? output->src[1] : nullptr;
  const ggml_tensor* bias = call.linear->bias;
  const Int8Product product = {
      .x = static_cast<const float*>(x->data),
      .rows = static_cast<std::size_t>(x->ne[1]),
      .x_stride = StrideInFloats(x),
      .bias = bias == nullptr ? nullptr : static_cast<const float*>(bias->data),
      .residual = residual == nullptr ? nullptr : static_cast<const float*>(residual->data),
      .residual_stride = residual == nullptr ? 0 : StrideInFloats(residual),
      .activation = call.activation,
      .y = static_cast<float*>(output->data),
      .y_stride = StrideInFloats(output),
  };
  theo::Multiply(*call.linear->packed, product, call.graph->scratch_[static_cast<std::size_t>(thread)].int8,
                 static_cast<unsigned>(thread), static_cast<unsigned>(threads));
}

void Graph::Store(ggml_tensor* source, ggml_tensor* target) {
  ggml_build_forward_expand(graph_, ggml_cpy(context(), source, target));
}

ggml_tensor* Graph::Gather(ggml_tensor* x, std::span<const std::int32_t> rows) {
  std::vector<std::uint8_t> bytes(rows.size_bytes());
  std::memcpy(bytes.data(), rows.data(), bytes.size());
  ggml_tensor* numbers = ggml_new_tensor_1d(context(), GGML_TYPE_I32, static_cast<std::int64_t>(rows.size()));
  return ggml_get_rows(context(), x, InputBytes(numbers, std::move(bytes)));
}

ggml_tensor* Graph::Attend(ggml_tensor* queries, std::int32_t heads, std::span<const AttentionRows> members) {
  if (on_cpu_) {
    attention_calls_.push_back({this, heads, {members.begin(), members.end()}});
    return ggml_custom_4d(context(), GGML_TYPE_F32, queries->ne[0], queries->ne[1], 1, 1, &queries, 1,
                          RunAttention, GGML_N_TASKS_MAX, &attention_calls_.back());
  }
  std::vector<ggml_tensor*> attended;
  std::int32_t first = 0;
  for (const AttentionRows& rows : members) {
    attended.push_back(AttendOnDevice(RowsOf(*this, queries, first, first + rows.queries), heads, rows));
    first += rows.queries;
  }
  return Join(*this, attended);
}

ggml_tensor* Graph::Weights(ggml_tensor* queries, std::int32_t heads, std::int32_t head, ggml_tensor* own,
                            std::int32_t rows) {
  const std::int64_t head_size = queries->ne[0] / heads;
  ggml_tensor* query = ggml_cont(context(), Columns(*this, queries, head * head_size, head_size));
  ggml_tensor* keys = Columns(*this, RowsOf(*this, own, 0, rows), head * head_size, head_size);
  const float scale = 1.0F / std::sqrt(static_cast<float>(head_size));
  ggml_tensor* weights =
      ggml_soft_max_ext(context(), ggml_mul_mat(context(), keys, query), nullptr, scale, 0.0F);
  ggml_set_output(weights);
  ggml_build_forward_expand(graph_, weights);
  return weights;
}

void Graph::RunAttention(ggml_tensor* output, int thread, int threads, void* call_pointer) {
  const auto& call = *static_cast<const AttentionCall*>(call_pointer);
  std::size_t first_query = 0;
  for (const AttentionRows& rows : call.members) {
    AttendMember(call, rows, first_query, output, thread, threads);
    first_query += static_cast<std::size_t>(rows.queries);
  }
}

void Graph::AttendMember(const AttentionCall& call, const AttentionRows& rows, std::size_t first_query,
                         ggml_tensor* output, int thread, int threads) {
  std::array<KeyValueBlock, 3> blocks;
  std::size_t count = 0;
  blocks[count++] = Block(rows.own, 0, rows.own_rows, nullptr);
  if (rows.tail.singles > 0) {
    blocks[count++] = Block(rows.silent_singles, rows.tail.first_single, rows.tail.singles, nullptr);
  }
  if (rows.tail.groups > 0) {
    blocks[count++] = Block(rows.silent_groups, rows.tail.first_group, rows.tail.groups,
                            rows.group_bias.data() + rows.tail.first_group);
  }
  const ggml_tensor* queries = output->src[0];
  const auto width = static_cast<std::size_t>(queries->ne[0]);
  const auto heads = static_cast<std::size_t>(call.heads);
  const AttentionInput input = {
      .queries = static_cast<const float*>(queries->data) + first_query * StrideInFloats(queries),
      .query_rows = static_cast<std::size_t>(rows.queries),
      .query_stride = StrideInFloats(queries),
      .heads = heads,
      .head_size = width / heads,
      .scale = 1.0F / std::sqrt(static_cast<float>(width / heads)),
      .blocks = std::span(blocks).first(count),
      .causal = rows.causal,
      .out = static_cast<float*>(output->data) + first_query * StrideInFloats(output),
      .out_stride = StrideInFloats(output),
      .independent = rows.independent,
  };
  theo::Attend(input, call.graph->scratch_[static_cast<std::size_t>(thread)].attention,
               static_cast<unsigned>(thread), static_cast<unsigned>(threads));
}

// ggml's attention needs keys in one piece. So the silence is copied behind the own rows; later rows of the
// utterance overwrite it.
ggml_tensor* Graph::AttendOnDevice(ggml_tensor* queries, std::int32_t heads, const AttentionRows& rows) {
  ggml_tensor* own = rows.own;
  const auto put = [&](ggml_tensor* source, std::int32_t first, std::int32_t count, std::int32_t at) {
    if (count == 0) return;
    const auto view = [&](ggml_tensor* layer, std::int32_t row) {
      return ggml_view_2d(context(), layer, layer->ne[0], count, layer->nb[1],
                          static_cast<std::size_t>(row) * layer->nb[1]);
    };
    Store(view(source, first), view(own, at));
  };
  put(rows.silent_singles, rows.tail.first_single, rows.tail.singles, rows.own_rows);
  put(rows.silent_groups, rows.tail.first_group, rows.tail.groups, rows.own_rows + rows.tail.singles);

  const std::int64_t width = queries->ne[0];
  const std::int64_t head_size = width / heads;
  const std::int64_t keys = RoundUp(rows.own_rows + rows.tail.rows(), kKeyMultiple);
  const std::size_t half_row = own->nb[1] / 2;
  const std::size_t half_head = static_cast<std::size_t>(head_size) * sizeof(ggml_fp16_t);
  ggml_tensor* key = ggml_view_3d(context(), own, head_size, keys, heads, own->nb[1], half_head, 0);
  ggml_tensor* value = ggml_view_3d(context(), own, head_size, keys, heads, own->nb[1], half_head, half_row);
  ggml_tensor* query = ggml_view_3d(context(), queries, head_size, queries->ne[1], heads, queries->nb[1],
                                    static_cast<std::size_t>(head_size) * sizeof(float), 0);
  const float scale = 1.0F / std::sqrt(static_cast<float>(head_size));
  ggml_tensor* attended =
      ggml_flash_attn_ext(context(), query, key, value, Mask(keys, queries->ne[1], rows), scale, 0.0F, 0.0F);
  return ggml_reshape_2d(context(), attended, width, queries->ne[1]);
}

ggml_tensor* Graph::Mask(std::int64_t keys, std::int64_t queries, const AttentionRows& rows) {
  ggml_tensor*& shared =
      masks_[{keys, queries, rows.own_rows, rows.tail.singles, rows.tail.first_group, rows.causal ? 1 : 0}];
  if (shared != nullptr) return shared;
  const std::int64_t used = rows.own_rows + rows.tail.rows();
  const std::int64_t first_group = rows.own_rows + rows.tail.singles;
  const std::int64_t mask_rows = RoundUp(queries, kMaskRowMultiple);
  std::vector<float> mask(static_cast<std::size_t>(keys * mask_rows),
                          -std::numeric_limits<float>::infinity());
  for (std::int64_t query = 0; query < queries; ++query) {
    const std::int64_t seen = rows.causal ? used - (queries - 1 - query) : used;
    for (std::int64_t key = 0; key < seen; ++key) {
      const std::int64_t group = key - first_group;
      mask[static_cast<std::size_t>(query * keys + key)] =
          group < 0 ? 0.0F : rows.group_bias[static_cast<std::size_t>(rows.tail.first_group + group)];
    }
  }
  std::vector<std::uint8_t> bytes(mask.size() * sizeof(ggml_fp16_t));
  ggml_fp32_to_fp16_row(mask.data(), reinterpret_cast<ggml_fp16_t*>(bytes.data()),
                        static_cast<std::int64_t>(mask.size()));
  shared = InputBytes(ggml_new_tensor_2d(context(), GGML_TYPE_F16, keys, mask_rows), std::move(bytes));
  return shared;
}

void Graph::SetThreads(std::int32_t threads) {
  if (!on_cpu_) return;
  static const auto set_threads = CpuFunction<ggml_backend_set_n_threads_t>("ggml_backend_set_n_threads");
  set_threads(backend_.get(), threads);
  if (scratch_.size() < static_cast<std::size_t>(threads)) scratch_.resize(static_cast<std::size_t>(threads));
}

bool Graph::Compute(ggml_tensor* output, std::int32_t threads, AbortFlags aborts) {
  if (AllAborted(aborts)) return false;
  if (output != nullptr) {
    ggml_set_output(output);
    ggml_build_forward_expand(graph_, output);
  }
  SetThreads(threads);
  if (on_cpu_) {
    static const auto set_abort =
        CpuFunction<ggml_backend_set_abort_callback_t>("ggml_backend_set_abort_callback");
    set_abort(
        backend_.get(), [](void* flags) { return AllAborted(*static_cast<const AbortFlags*>(flags)); },
        &aborts);
  }
  if (!ggml_gallocr_alloc_graph(allocator_.get(), graph_)) throw DecodeError("out of memory for a graph");
  for (const Upload& upload : uploads_) {
    ggml_backend_tensor_set(upload.tensor, upload.bytes.data(), 0, upload.bytes.size());
  }
  const ggml_status status = ggml_backend_graph_compute(backend_.get(), graph_);
  if (status == GGML_STATUS_ABORTED) return false;
  if (status != GGML_STATUS_SUCCESS) throw DecodeError("the network could not be computed");
  return true;
}

}  // namespace theo
