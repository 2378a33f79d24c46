#include "whisper/encoder.h"

#include <utility>

#include "whisper/layer_rows.h"

namespace theo {
namespace {

/// Copies an utterance's rows, which begin at `row` of `source`, to where its positions are kept.
void StoreRows(Graph& graph, ggml_tensor* source, std::int32_t row, ggml_tensor* kept,
               const EncoderInput& input) {
  graph.Store(RowsOf(graph, source, row, row + input.last - input.first),
              RowsOf(graph, kept, input.first, input.last));
}

}  // namespace

ggml_tensor* Encoder::Convolve(Graph& graph, EncoderInput& input) const {
  ggml_context* context = graph.context();
  const std::int64_t positions = input.last - input.first;
  const std::int64_t state = sizes_.state;

  ggml_tensor* mel = graph.Input(sizes_.mels, 2 * positions + 3, std::move(input.frames));
  ggml_tensor* frames;
  if (input.first == 0) {
    // The second convolution pads with zeros. A frame that is computed from zeros would not be zero.
    ggml_tensor* nothing = graph.Input(state, 1, std::vector<float>(static_cast<std::size_t>(state)));
    frames =
        graph.Multiply(weights_.convolution1, Triples(graph, mel, 1, 1, 2 * positions), Activation::kGelu);
    frames = ggml_concat(context, nothing, frames, 1);
  } else {
    frames = graph.Multiply(weights_.convolution1, Triples(graph, mel, 0, 1, 2 * positions + 1),
                            Activation::kGelu);
  }
  ggml_tensor* places = RowsOf(graph, weights_.encoder_positions, input.first, input.last);
  return graph.Multiply(weights_.convolution2, Triples(graph, frames, 0, 2, positions), Activation::kGelu,
                        places);
}

bool Encoder::Encode(Graph& graph, std::span<EncoderInput> inputs, std::int32_t threads,
                     AbortFlags aborts) const {
  graph.Begin(weights_.encoder.size() + weights_.decoder.size(), inputs.size());
  const std::int64_t state = sizes_.state;
  std::vector<ggml_tensor*> convolved;
  for (EncoderInput& input : inputs) convolved.push_back(Convolve(graph, input));
  ggml_tensor* x = Join(graph, convolved);
  std::vector<AttentionRows> attention(inputs.size());
  for (std::size_t i = 0; i < weights_.encoder.size(); ++i) {
    const EncoderLayer& layer = weights_.encoder[i];
    ggml_tensor* mixed = graph.Multiply(layer.query_key_value, graph.Normalize(layer.attention_norm, x));
    ggml_tensor* keys_values = Columns(graph, mixed, state, 2 * state);
    std::int32_t row = 0;
    for (std::size_t utterance = 0; utterance < inputs.size(); ++utterance) {
      const EncoderInput& input = inputs[utterance];
      ggml_tensor* own = LayerOf(graph, input.rows->encoder(), i);
      StoreRows(graph, keys_values, row, own, input);
      row += input.last - input.first;
      AttentionRows& rows = attention[utterance];
      rows = {.queries = input.last - input.first, .own = own, .own_rows = input.last};
      if (input.silence != nullptr) {
        rows.silent_singles = LayerOf(graph, input.silence->singles().encoder(), i);
        rows.silent_groups = LayerOf(graph, input.silence->groups().encoder(), i);
        rows.tail = input.silence->From(input.last, input.nearest_silence);
        rows.group_bias = input.silence->group_bias();
      }
    }
    ggml_tensor* attended = graph.Attend(Columns(graph, mixed, 0, state), sizes_.audio_heads, attention);
    x = graph.Multiply(layer.attention_out, attended, Activation::kNone, x);
    ggml_tensor* wide = graph.Multiply(layer.mlp_in, graph.Normalize(layer.mlp_norm, x), Activation::kGelu);
    x = graph.Multiply(layer.mlp_out, wide, Activation::kNone, x);
  }
  x = graph.Normalize(weights_.encoder_norm, x);
  for (std::size_t i = 0; i < weights_.decoder.size(); ++i) {
    ggml_tensor* keys_values = graph.Multiply(weights_.decoder[i].cross_key_value, x);
    std::int32_t row = 0;
    for (const EncoderInput& input : inputs) {
      StoreRows(graph, keys_values, row, LayerOf(graph, input.rows->cross(), i), input);
      row += input.last - input.first;
    }
  }
  return graph.Compute(nullptr, threads, aborts);
}

}  // namespace theo
