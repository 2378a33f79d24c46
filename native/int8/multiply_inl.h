#pragma once

// Products over the Vec and the Dot of the including variant.

#include "int8/kernels.h"

namespace theo::int8 {
namespace {

constexpr std::size_t kPanelVectors = Dot::kPanelOutputs / Vec::kLanes;
/** How far ahead of their use weights are asked for: their stream is all that matters when rows are few. */
constexpr std::size_t kPrefetchBytes = 2048;

/** What becomes of the sums of one vector of outputs, shared by its rows. */
class Epilogue {
 public:
  /** `count`: outputs from `output` on that exist, at most kLanes of them matter. */
  Epilogue(const Task& task, std::size_t output, std::size_t count)
      : task_(task),
        output_(output),
        count_(count),
        scales_(Vec::Load(task.weight_scales + output)),
        bias_(task.bias == nullptr ? Vec::Broadcast(0.0F) : LoadSome(task.bias + output)) {}

  void Finish(Ints sums, std::size_t row) const {
    const Vec scale = scales_ * Vec::Broadcast(task_.activation_scales[row]);
    Vec y = MulAdd(ToFloat(sums), scale, bias_);
    if (task_.is_gelu) y = Gelu(y);
    if (task_.residual != nullptr) y = y + LoadSome(task_.residual + row * task_.residual_stride + output_);
    float* out = task_.y + row * task_.y_stride + output_;
    if (count_ >= Vec::kLanes) {
      y.Store(out);
    } else {
      StoreFirst(y, out, count_);
    }
  }

 private:
  Vec LoadSome(const float* p) const { return count_ >= Vec::kLanes ? Vec::Load(p) : LoadFirst(p, count_); }

  const Task& task_;
  std::size_t output_;
  std::size_t count_;
  Vec scales_;
  Vec bias_;
};

template <std::size_t Rows>
void MultiplyRows(const Task& task, std::size_t panel, std::size_t first_row) {
  // Chains of dependent additions hide their latency; a row alone has too few unless its inputs are dealt
  // out.
  constexpr std::size_t kDeals = Rows * kPanelVectors >= 8 ? 1 : Rows * kPanelVectors >= 4 ? 2 : 4;
  constexpr std::size_t kStepBytes = 4 * Dot::kPanelOutputs;
  const std::int8_t* weights = task.weights + panel * Dot::kPanelOutputs * task.depth;
  const auto* activations =
      static_cast<const unsigned char*>(task.activations) + first_row * task.activation_stride_bytes;
  const std::size_t output = panel * Dot::kPanelOutputs;

  Ints sums[kDeals][Rows][kPanelVectors];
#pragma GCC unroll 8
  for (std::size_t j = 0; j < kPanelVectors; ++j) {
    const Ints first = Ints::Load(task.first_sums + output + j * Vec::kLanes);
#pragma GCC unroll 8
    for (std::size_t row = 0; row < Rows; ++row) {
      sums[0][row][j] = first;
#pragma GCC unroll 8
      for (std::size_t deal = 1; deal < kDeals; ++deal) sums[deal][row][j] = Ints::Zero();
    }
  }
  for (std::size_t k = 0; k < task.depth; k += 4 * kDeals) {
#pragma GCC unroll 8
    for (std::size_t deal = 0; deal < kDeals; ++deal) {
      typename Dot::Weights w[kPanelVectors];
#pragma GCC unroll 8
      for (std::size_t j = 0; j < kPanelVectors; ++j) w[j] = Dot::LoadWeights(weights + j * 4 * Vec::kLanes);
      if constexpr (Rows < Dot::kRows) {
        for (std::size_t line = 0; line < kStepBytes; line += 64) {
          __builtin_prefetch(weights + kPrefetchBytes + line);
        }
      }
      weights += kStepBytes;
#pragma GCC unroll 8
      for (std::size_t row = 0; row < Rows; ++row) {
        const auto x = Dot::BroadcastActivations(activations + row * task.activation_stride_bytes +
                                                 (k + 4 * deal) * sizeof(Dot::Activation));
#pragma GCC unroll 8
        for (std::size_t j = 0; j < kPanelVectors; ++j) {
          sums[deal][row][j] = Dot::MultiplyAdd(x, w[j], sums[deal][row][j]);
        }
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t j = 0; j < kPanelVectors; ++j) {
    const std::size_t at = output + j * Vec::kLanes;
    if (at >= task.outputs) return;
    const Epilogue epilogue(task, at, task.outputs - at);
#pragma GCC unroll 8
    for (std::size_t row = 0; row < Rows; ++row) {
      Ints sum = sums[0][row][j];
#pragma GCC unroll 8
      for (std::size_t deal = 1; deal < kDeals; ++deal) sum = sum + sums[deal][row][j];
      epilogue.Finish(sum, first_row + row);
    }
  }
}

/** MultiplyRows of `rows`, which is up to `Rows`. */
template <std::size_t Rows = Dot::kRows>
void MultiplyUpTo(const Task& task, std::size_t panel, std::size_t first_row, std::size_t rows) {
  if (rows == Rows) {
    MultiplyRows<Rows>(task, panel, first_row);
  } else if constexpr (Rows > 1) {
    MultiplyUpTo<Rows - 1>(task, panel, first_row, rows);
  }
}

/** Rows from `begin_row` on in groups of nearly the same size, for small groups do less with each weight. */
void MultiplyGroups(const Task& task, std::size_t panel, std::size_t begin_row) {
  std::size_t groups = (task.rows - begin_row + Dot::kRows - 1) / Dot::kRows;
  for (std::size_t row = begin_row; row < task.rows; --groups) {
    const std::size_t rows = (task.rows - row + groups - 1) / groups;
    MultiplyUpTo(task, panel, row, rows);
    row += rows;
  }
}

void Multiply(const Task& task) {
  for (std::size_t panel = task.begin_panel; panel < task.end_panel; ++panel) MultiplyGroups(task, panel, 0);
}

}  // namespace
}  // namespace theo::int8
