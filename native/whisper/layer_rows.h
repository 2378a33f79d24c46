#pragma once

#include <ggml.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "whisper/graph.h"

namespace theo {

/// One layer of a [width, rows, layers] tensor.
inline ggml_tensor* LayerOf(Graph& graph, ggml_tensor* layers, std::size_t layer) {
  return ggml_view_2d(graph.context(), layers, layers->ne[0], layers->ne[1], layers->nb[1],
                      layer * layers->nb[2]);
}

/// Rows `first` to `last` - 1.
inline ggml_tensor* RowsOf(Graph& graph, ggml_tensor* tensor, std::int32_t first, std::int32_t last) {
  return ggml_view_2d(graph.context(), tensor, tensor->ne[0], last - first, tensor->nb[1],
                      static_cast<std::size_t>(first) * tensor->nb[1]);
}

/// `count` columns of every row from column `first` on.
inline ggml_tensor* Columns(Graph& graph, ggml_tensor* tensor, std::int64_t first, std::int64_t count) {
  return ggml_view_2d(graph.context(), tensor, count, tensor->ne[1], tensor->nb[1],
                      static_cast<std::size_t>(first) * tensor->nb[0]);
}

/// The input of a convolution: 3 neighbouring rows of `tensor` as one row, one for every `step` rows. ggml
/// allows no view that is larger than its tensor, so this one is made larger afterwards.
inline ggml_tensor* Triples(Graph& graph, ggml_tensor* tensor, std::int64_t first, std::int64_t step,
                            std::int64_t count) {
  const std::size_t row = tensor->nb[1];
  ggml_tensor* view =
      ggml_view_1d(graph.context(), tensor, 3 * tensor->ne[0], static_cast<std::size_t>(first) * row);
  view->ne[1] = count;
  view->nb[1] = static_cast<std::size_t>(step) * row;
  view->nb[2] = view->nb[3] = static_cast<std::size_t>(count) * view->nb[1];
  return view;
}

/// Rows of several tensors, one behind the other.
inline ggml_tensor* Join(Graph& graph, std::span<ggml_tensor* const> parts) {
  if (parts.size() == 1) return parts.front();
  // Joined pairwise, in a tree: so a row is copied a few times, and not once for every tensor behind it.
  const std::size_t half = parts.size() / 2;
  return ggml_concat(graph.context(), Join(graph, parts.first(half)), Join(graph, parts.subspan(half)), 1);
}

}  // namespace theo
