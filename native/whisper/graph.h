#pragma once

#include <ggml-cpp.h>
#include <ggml.h>

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <vector>

#include "attention/attention.h"
#include "int8/multiply.h"
#include "whisper/abort_flags.h"
#include "whisper/silence.h"
#include "whisper/weights.h"

namespace theo {

/// One layer's keys and values that an utterance's queries attend to: own rows, then rows that stand for the
/// silence behind them.
struct AttentionRows {
  std::int32_t queries = 0;
  /// [2 * state, room] halves: a view of one layer.
  ggml_tensor* own = nullptr;
  std::int32_t own_rows = 0;
  /// Views of the same layer of the silence; nullptr: there is none behind the own rows.
  ggml_tensor* silent_singles = nullptr;
  ggml_tensor* silent_groups = nullptr;
  SilentTail tail = {};
  std::span<const float> group_bias = {};
  /// Query i of n sees all rows but the last n - 1 - i.
  bool causal = false;
  /// As in AttentionInput.
  bool independent = false;
};

/// Builds and computes graphs, one after the other, and reuses their memory. Linear layers and attention run
/// on this project's kernels on a CPU, and on ggml's operators elsewhere.
///
/// Not thread-safe.
class Graph {
 public:
  explicit Graph(const Device& device);

  /// Forgets the last graph, and makes room for one with this many layers.
  /// @param members utterances that go through it together.
  /// @param weights calls of `Weights` for each member.
  void Begin(std::size_t layers, std::size_t members, std::size_t weights = 0);

  /// Floats that are filled in when the graph is computed.
  ggml_tensor* Input(std::int64_t columns, std::int64_t rows, std::vector<float> values);

  ggml_tensor* Normalize(const LayerNorm& norm, ggml_tensor* x);
  /// activation(x W^T + b) + residual
  ggml_tensor* Multiply(const Linear& linear, ggml_tensor* x, Activation activation = Activation::kNone,
                        ggml_tensor* residual = nullptr);
  /// @param queries [heads * head size, n], columns side by side: those of `members`, one behind the other.
  /// @return [heads * head size, n]
  ggml_tensor* Attend(ggml_tensor* queries, std::int32_t heads, std::span<const AttentionRows> members);
  /// How much one head attends to each of a member's first own rows, as if there were no others.
  /// @param queries [heads * head size, n]: those of the member alone.
  /// @return [rows, n]; each row sums up to 1. Can be read once the graph is computed.
  ggml_tensor* Weights(ggml_tensor* queries, std::int32_t heads, std::int32_t head, ggml_tensor* own,
                       std::int32_t rows);
  /// The rows of these numbers.
  ggml_tensor* Gather(ggml_tensor* x, std::span<const std::int32_t> rows);
  /// Stores `source` as half floats in `target`, before everything that is added to the graph later.
  void Store(ggml_tensor* source, ggml_tensor* target);

  [[nodiscard]] ggml_context* context() const { return context_.get(); }

  /// Computes the graph.
  /// @param output the result; nullptr when only stored tensors and weights are wanted.
  /// @param aborts checked between operators.
  /// @return false when it was aborted.
  /// @throws DecodeError
  [[nodiscard]] bool Compute(ggml_tensor* output, std::int32_t threads, AbortFlags aborts);

 private:
  struct ThreadScratch {
    Int8Workspace int8;
    AttentionWorkspace attention;
  };
  /// The custom operators' arguments besides tensors.
  struct LinearCall {
    Graph* graph;
    const Linear* linear;
    Activation activation;
    bool has_residual;
  };
  struct AttentionCall {
    Graph* graph;
    std::int32_t heads;
    std::vector<AttentionRows> members;
  };
  struct Upload {
    ggml_tensor* tensor;
    std::vector<std::uint8_t> bytes;
  };

  static void RunLinear(ggml_tensor* output, int thread, int threads, void* call);
  static void RunAttention(ggml_tensor* output, int thread, int threads, void* call);
  static void AttendMember(const AttentionCall& call, const AttentionRows& rows, std::size_t first_query,
                           ggml_tensor* output, int thread, int threads);
  ggml_tensor* AttendOnDevice(ggml_tensor* queries, std::int32_t heads, const AttentionRows& rows);
  ggml_tensor* Mask(std::int64_t keys, std::int64_t queries, const AttentionRows& rows);
  ggml_tensor* InputBytes(ggml_tensor* tensor, std::vector<std::uint8_t> bytes);
  void SetThreads(std::int32_t threads);

  bool on_cpu_;
  ggml_backend_ptr backend_;
  ggml_gallocr_ptr allocator_;
  std::vector<std::uint8_t> arena_;
  ggml_context_ptr context_;
  ggml_cgraph* graph_ = nullptr;
  std::vector<Upload> uploads_;
  /// Masks by shape: the layers of a network share them.
  std::map<std::array<std::int64_t, 6>, ggml_tensor*> masks_;
  std::deque<LinearCall> linear_calls_;
  std::deque<AttentionCall> attention_calls_;
  std::vector<ThreadScratch> scratch_;
};

}  // namespace theo
