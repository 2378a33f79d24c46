#pragma once

// Products in tiles, over the Vec, the Dot and the layout of AVX-512 VNNI.

#include "int8/finish_inl.h"
#include "int8/kernels.h"
#include "int8/multiply_inl.h"
#include "int8/tiles.h"

namespace theo::int8 {
namespace {

/** Rows and bytes of a row that a tile can have; bytes hold so many inputs of an activation, or 16 sums. */
constexpr std::size_t kTileRows = 16;
constexpr std::size_t kTileBytes = 64;
constexpr std::size_t kTileOutputs = 16;
constexpr std::size_t kGroupRows = 2 * kTileRows;
/** From one row of a tile of weights, four inputs, to the next. */
constexpr std::size_t kWeightStrideBytes = 4 * Dot::kPanelOutputs;
/** Fewer rows leave tiles too empty to make up for loading them. */
constexpr std::size_t kMinTileRows = 4;

/** Where a product of a group of rows and a panel comes from. */
struct TileSource {
  const unsigned char* activations;
  std::size_t activation_stride_bytes;
  const std::int8_t* weights;
  const std::int32_t* first_sums;
  std::size_t depth;

  TileSource(const Task& task, std::size_t panel, std::size_t first_row)
      : activations(static_cast<const unsigned char*>(task.activations) +
                    first_row * task.activation_stride_bytes),
        activation_stride_bytes(task.activation_stride_bytes),
        weights(task.weights + panel * Dot::kPanelOutputs * task.depth),
        first_sums(task.first_sums + panel * Dot::kPanelOutputs),
        depth(task.depth) {}

  const std::int8_t* Weights(std::size_t k, std::size_t tile) const {
    return weights + k * Dot::kPanelOutputs + 4 * tile * kTileOutputs;
  }
};

/** Sums of 17 to 32 rows for the panel's tiles `tile` and `tile` + 1: tiles 0 to 3. */
template <class Tiles>
void SumTwoByTwo(const TileSource& source, std::size_t tile, std::int32_t* sums) {
  const std::int32_t* first_sums = source.first_sums + tile * kTileOutputs;
  // A stride of 0 puts the same sums into all rows.
  Tiles::template Load<0>(first_sums, 0);
  Tiles::template Load<1>(first_sums + kTileOutputs, 0);
  Tiles::template Load<2>(first_sums, 0);
  Tiles::template Load<3>(first_sums + kTileOutputs, 0);
  const unsigned char* lower_activations = source.activations + kTileRows * source.activation_stride_bytes;
  for (std::size_t k = 0; k < source.depth; k += kTileBytes) {
    Tiles::template Load<4>(source.activations + k, source.activation_stride_bytes);
    Tiles::template Load<6>(source.Weights(k, tile), kWeightStrideBytes);
    Tiles::template MultiplyAdd<0, 4, 6>();
    Tiles::template Load<7>(source.Weights(k, tile + 1), kWeightStrideBytes);
    Tiles::template MultiplyAdd<1, 4, 7>();
    Tiles::template Load<5>(lower_activations + k, source.activation_stride_bytes);
    Tiles::template MultiplyAdd<2, 5, 6>();
    Tiles::template MultiplyAdd<3, 5, 7>();
  }
  constexpr std::size_t kStride = Dot::kPanelOutputs;
  sums += tile * kTileOutputs;
  Tiles::template Store<0>(sums, kStride * sizeof(std::int32_t));
  Tiles::template Store<1>(sums + kTileOutputs, kStride * sizeof(std::int32_t));
  Tiles::template Store<2>(sums + kTileRows * kStride, kStride * sizeof(std::int32_t));
  Tiles::template Store<3>(sums + kTileRows * kStride + kTileOutputs, kStride * sizeof(std::int32_t));
}

/** Sums of up to 16 rows for the whole panel: tiles 0 to 3. */
template <class Tiles>
void SumOneByFour(const TileSource& source, std::int32_t* sums) {
  Tiles::template Load<0>(source.first_sums, 0);
  Tiles::template Load<1>(source.first_sums + kTileOutputs, 0);
  Tiles::template Load<2>(source.first_sums + 2 * kTileOutputs, 0);
  Tiles::template Load<3>(source.first_sums + 3 * kTileOutputs, 0);
  for (std::size_t k = 0; k < source.depth; k += kTileBytes) {
    Tiles::template Load<4>(source.activations + k, source.activation_stride_bytes);
    Tiles::template Load<5>(source.Weights(k, 0), kWeightStrideBytes);
    Tiles::template MultiplyAdd<0, 4, 5>();
    Tiles::template Load<6>(source.Weights(k, 1), kWeightStrideBytes);
    Tiles::template MultiplyAdd<1, 4, 6>();
    Tiles::template Load<7>(source.Weights(k, 2), kWeightStrideBytes);
    Tiles::template MultiplyAdd<2, 4, 7>();
    Tiles::template Load<5>(source.Weights(k, 3), kWeightStrideBytes);
    Tiles::template MultiplyAdd<3, 4, 5>();
  }
  constexpr std::size_t kStrideBytes = Dot::kPanelOutputs * sizeof(std::int32_t);
  Tiles::template Store<0>(sums, kStrideBytes);
  Tiles::template Store<1>(sums + kTileOutputs, kStrideBytes);
  Tiles::template Store<2>(sums + 2 * kTileOutputs, kStrideBytes);
  Tiles::template Store<3>(sums + 3 * kTileOutputs, kStrideBytes);
}

/** The shapes of the tiles above for a group of `rows`: sums in tiles 0 to 3, activations in 4, then weights.
 */
TileConfiguration ConfigurationFor(std::size_t rows) {
  constexpr auto kWeightRows = static_cast<std::uint8_t>(kTileBytes / 4);
  const auto upper = static_cast<std::uint8_t>(rows < kTileRows ? rows : kTileRows);
  const auto lower = static_cast<std::uint8_t>(rows - upper);
  TileConfiguration configuration;
  for (std::size_t tile = 0; tile < 5; ++tile) configuration.rows[tile] = upper;
  for (std::size_t tile = 5; tile < 8; ++tile) configuration.rows[tile] = kWeightRows;
  if (lower > 0) {
    configuration.rows[2] = configuration.rows[3] = configuration.rows[5] = lower;
  }
  return configuration;
}

/** Groups of `rows`, which is up to kGroupRows, from `begin_row` until `end_row`, a whole number of groups
 * later. */
template <class Tiles>
void MultiplyTileGroups(const Task& task, std::size_t rows, std::size_t begin_row, std::size_t end_row) {
  Tiles::Configure(ConfigurationFor(rows));
  alignas(64) std::int32_t sums[kGroupRows * Dot::kPanelOutputs];
  for (std::size_t panel = task.begin_panel; panel < task.end_panel; ++panel) {
    const std::size_t output = panel * Dot::kPanelOutputs;
    for (std::size_t row = begin_row; row < end_row; row += rows) {
      const TileSource source(task, panel, row);
      if (rows > kTileRows) {
        SumTwoByTwo<Tiles>(source, 0, sums);
        SumTwoByTwo<Tiles>(source, 2, sums);
      } else {
        SumOneByFour<Tiles>(source, sums);
      }
      for (std::size_t i = 0; i < Dot::kPanelOutputs && output + i < task.outputs; i += Vec::kLanes) {
        const Finisher finisher(task, output + i);
        for (std::size_t j = 0; j < rows; ++j) {
          finisher.Finish(Ints::Load(sums + j * Dot::kPanelOutputs + i), row + j);
        }
      }
    }
  }
}

/** The same task for its rows from `row` on. */
Task From(Task task, std::size_t row) {
  task.activations = static_cast<const unsigned char*>(task.activations) + row * task.activation_stride_bytes;
  task.activation_scales += row;
  task.rows -= row;
  if (task.residual != nullptr) task.residual += row * task.residual_stride;
  task.y += row * task.y_stride;
  return task;
}

/**
 * Groups of 32 rows, then what is left, for which tiles have other shapes; the last few rows without tiles.
 * Tiles are left as they were found: ggml configures them once a thread and relies on that.
 */
template <class Tiles>
void MultiplyTiled(const Task& task) {
  const std::size_t left = task.rows % kGroupRows;
  const std::size_t whole = task.rows - left;
  if (task.rows >= kMinTileRows) {
    const TileConfiguration before = Tiles::Current();
    if (whole > 0) MultiplyTileGroups<Tiles>(task, kGroupRows, 0, whole);
    if (left >= kMinTileRows) MultiplyTileGroups<Tiles>(task, left, whole, task.rows);
    Tiles::Configure(before);
  }
  if (left < kMinTileRows) Multiply(From(task, whole));
}

}  // namespace
}  // namespace theo::int8
