#include "whisper/text_decoder.h"

#include <stdexcept>

#include "whisper/layer_rows.h"

namespace theo {

TextDecoder::TextDecoder(const Device& device, const Weights& weights, const Dimensions& dimensions)
    : weights_(weights), sizes_(dimensions), context_(ggml_init({ggml_tensor_overhead(), nullptr, true})) {
  constexpr std::int64_t kDeviceMultiple = 256;  // as AudioRows
  const std::int64_t room =
      (dimensions.text_context + kDeviceMultiple - 1) / kDeviceMultiple * kDeviceMultiple;
  token_rows_ = ggml_new_tensor_3d(context_.get(), GGML_TYPE_F16, std::int64_t{2} * dimensions.state, room,
                                   dimensions.text_layers);
  buffer_.reset(ggml_backend_alloc_ctx_tensors_from_buft(context_.get(), device.buffer_type()));
  if (!buffer_) throw std::runtime_error("out of memory for a decoder's keys and values");
  if (!device.is_cpu()) ggml_backend_buffer_clear(buffer_.get(), 0);
}

std::span<float> TextDecoder::Forward(Graph& graph, std::span<const whisper_token> tokens,
                                      std::int32_t position, std::size_t wanted, const HeardAudio& audio,
                                      std::int32_t threads, const std::atomic<bool>& abort) {
  const std::int64_t state = sizes_.state;
  const auto count = static_cast<std::int32_t>(tokens.size());
  std::vector<float> embedded(tokens.size() * static_cast<std::size_t>(state));
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    weights_.Embed(
        tokens[i], position + static_cast<std::int32_t>(i),
        std::span(embedded).subspan(i * static_cast<std::size_t>(state), static_cast<std::size_t>(state)));
  }

  graph.Begin();
  ggml_tensor* x = graph.Input(state, count, std::move(embedded));
  for (std::size_t i = 0; i < weights_.decoder.size(); ++i) {
    const DecoderLayer& layer = weights_.decoder[i];
    ggml_tensor* mixed = graph.Multiply(layer.query_key_value, graph.Normalize(layer.attention_norm, x));
    ggml_tensor* own = LayerOf(graph, token_rows_, i);
    graph.Store(Columns(graph, mixed, state, 2 * state), RowsOf(graph, own, position, position + count));
    ggml_tensor* said =
        graph.Attend(Columns(graph, mixed, 0, state), sizes_.text_heads,
                     {.own = own, .own_rows = position + count, .causal = true, .independent = true});
    x = graph.Multiply(layer.attention_out, said, Activation::kNone, x);

    AttentionRows cross{
        .own = LayerOf(graph, audio.rows->cross(), i), .own_rows = audio.positions, .independent = true};
    if (audio.silence != nullptr) {
      cross.silent_singles = LayerOf(graph, audio.silence->singles().cross(), i);
      cross.silent_groups = LayerOf(graph, audio.silence->groups().cross(), i);
      cross.tail = audio.silence->From(audio.positions, audio.nearest_silence);
      cross.group_bias = audio.silence->group_bias();
    }
    ggml_tensor* query = graph.Multiply(layer.cross_query, graph.Normalize(layer.cross_norm, x));
    ggml_tensor* heard = graph.Attend(query, sizes_.text_heads, cross);
    x = graph.Multiply(layer.cross_out, heard, Activation::kNone, x);
    ggml_tensor* wide = graph.Multiply(layer.mlp_in, graph.Normalize(layer.mlp_norm, x), Activation::kGelu);
    x = graph.Multiply(layer.mlp_out, wide, Activation::kNone, x);
  }
  const auto rows = static_cast<std::int32_t>(wanted);
  ggml_tensor* last = RowsOf(graph, x, count - rows, count);
  ggml_tensor* logits = graph.Multiply(weights_.logits, graph.Normalize(weights_.decoder_norm, last));
  if (!graph.Compute(logits, threads, abort)) return {};
  logits_.resize(wanted * static_cast<std::size_t>(sizes_.vocabulary));
  ggml_backend_tensor_get(logits, logits_.data(), 0, logits_.size() * sizeof(float));
  return logits_;
}

}  // namespace theo
