#include "whisper/encoder.h"

#include "whisper/layer_rows.h"

namespace theo {

ggml_tensor* Encoder::Convolve(Graph& graph, const EncoderInput& input) const {
  ggml_context* context = graph.context();
  const std::int64_t positions = input.last - input.first;
  const std::int64_t state = sizes_.state;

  ggml_tensor* mel = graph.Input(sizes_.mels, 2 * positions + 3, input.frames);
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

bool Encoder::Encode(Graph& graph, const EncoderInput& input, const AudioRows& rows, std::int32_t threads,
                     const std::atomic<bool>& abort) const {
  graph.Begin();
  const std::int64_t state = sizes_.state;
  ggml_tensor* x = Convolve(graph, input);
  for (std::size_t i = 0; i < weights_.encoder.size(); ++i) {
    const EncoderLayer& layer = weights_.encoder[i];
    ggml_tensor* mixed = graph.Multiply(layer.query_key_value, graph.Normalize(layer.attention_norm, x));
    ggml_tensor* own = LayerOf(graph, rows.encoder(), i);
    graph.Store(Columns(graph, mixed, state, 2 * state), RowsOf(graph, own, input.first, input.last));
    AttentionRows attention{.own = own, .own_rows = input.last};
    if (input.silence != nullptr) {
      attention.silent_singles = LayerOf(graph, input.silence->singles().encoder(), i);
      attention.silent_groups = LayerOf(graph, input.silence->groups().encoder(), i);
      attention.tail = input.silence->From(input.last, input.nearest_silence);
      attention.group_bias = input.silence->group_bias();
    }
    ggml_tensor* attended = graph.Attend(Columns(graph, mixed, 0, state), sizes_.audio_heads, attention);
    x = graph.Multiply(layer.attention_out, attended, Activation::kNone, x);
    ggml_tensor* wide = graph.Multiply(layer.mlp_in, graph.Normalize(layer.mlp_norm, x), Activation::kGelu);
    x = graph.Multiply(layer.mlp_out, wide, Activation::kNone, x);
  }
  x = graph.Normalize(weights_.encoder_norm, x);
  for (std::size_t i = 0; i < weights_.decoder.size(); ++i) {
    ggml_tensor* cross = LayerOf(graph, rows.cross(), i);
    graph.Store(graph.Multiply(weights_.decoder[i].cross_key_value, x),
                RowsOf(graph, cross, input.first, input.last));
  }
  return graph.Compute(nullptr, threads, abort);
}

}  // namespace theo
