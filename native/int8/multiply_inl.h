#pragma once

// Products over the Vec and the Dot of the including variant.

#include "int8/finish_inl.h"
#include "int8/kernels.h"

namespace theo::int8 {
namespace {

constexpr std::size_t kPanelVectors = Dot::kPanelOutputs / Vec::kLanes;
/**
 * How far ahead of their use weights are asked for, which counts where rows are few. More works against the
 * CPU's own prefetching: at 512 bytes a single row runs at little more than half the speed (AMD EPYC, Zen 4).
 */
constexpr std::size_t kPrefetchBytes = 256;

/** A loop over registers: unless it is unrolled early, GCC 12 keeps them in memory. */
template <std::size_t Count, class Body>
[[gnu::always_inline]] inline void Unrolled(Body body) {
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Count; ++i) body(i);
}

/** The product of `Rows` rows and a panel. */
template <std::size_t Rows>
void MultiplyRows(const Task& task, std::size_t panel, std::size_t first_row) {
  // Additions that depend on each other must be hidden behind others. Few rows have too few sums for that, so
  // their inputs are dealt out to several.
  constexpr std::size_t kSums = Rows * kPanelVectors;
  constexpr std::size_t kDeals = kSums >= 8 ? 1 : kSums >= 4 ? 2 : 4;
  const std::size_t output = panel * Dot::kPanelOutputs;
  const std::int8_t* weights = task.weights + output * task.depth;
  const auto* activations =
      static_cast<const unsigned char*>(task.activations) + first_row * task.activation_stride_bytes;

  Ints sums[kDeals][Rows][kPanelVectors];
  Unrolled<kPanelVectors>([&](std::size_t j) {
    const Ints first = Ints::Load(task.first_sums + output + j * Vec::kLanes);
    Unrolled<Rows>([&](std::size_t row) {
      Unrolled<kDeals>([&](std::size_t deal) { sums[deal][row][j] = deal == 0 ? first : Ints::Zero(); });
    });
  });
  for (std::size_t k = 0; k < task.depth; k += 4 * kDeals) {
    Unrolled<kDeals>([&](std::size_t deal) {
      typename Dot::Weights w[kPanelVectors];
      Unrolled<kPanelVectors>([&](std::size_t j) {
        w[j] = Dot::LoadWeights(weights + j * 4 * Vec::kLanes);
        __builtin_prefetch(weights + j * 4 * Vec::kLanes + kPrefetchBytes);
      });
      weights += 4 * Dot::kPanelOutputs;
      Unrolled<Rows>([&](std::size_t row) {
        const auto x = Dot::BroadcastActivations(activations + row * task.activation_stride_bytes +
                                                 (k + 4 * deal) * sizeof(Dot::Activation));
        Unrolled<kPanelVectors>(
            [&](std::size_t j) { sums[deal][row][j] = Dot::MultiplyAdd(x, w[j], sums[deal][row][j]); });
      });
    });
  }
  Unrolled<kPanelVectors>([&](std::size_t j) {
    if (output + j * Vec::kLanes >= task.outputs) return;
    const Finisher finisher(task, output + j * Vec::kLanes);
    Unrolled<Rows>([&](std::size_t row) {
      Ints total = sums[0][row][j];
      Unrolled<kDeals - 1>([&](std::size_t deal) { total = total + sums[deal + 1][row][j]; });
      finisher.Finish(total, first_row + row);
    });
  });
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

/** Rows go in groups of nearly the same size, for small groups do less with each weight. */
void Multiply(const Task& task) {
  for (std::size_t panel = task.begin_panel; panel < task.end_panel; ++panel) {
    std::size_t groups = (task.rows + Dot::kRows - 1) / Dot::kRows;
    for (std::size_t row = 0; row < task.rows; --groups) {
      const std::size_t rows = (task.rows - row + groups - 1) / groups;
      MultiplyUpTo(task, panel, row, rows);
      row += rows;
    }
  }
}

}  // namespace
}  // namespace theo::int8
