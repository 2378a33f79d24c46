#include "whisper/text_decoder.h"

#include <algorithm>
#include <utility>

#include "whisper/layer_rows.h"

namespace theo {

ggml_tensor* TextDecoder::Embed(Graph& graph, std::span<const TextInput> inputs) const {
  const auto state = static_cast<std::size_t>(sizes_.state);
  std::vector<float> embedded;
  for (const TextInput& input : inputs) {
    std::int32_t position = input.position;
    for (const whisper_token token : input.tokens) {
      embedded.resize(embedded.size() + state);
      weights_.Embed(token, position++, std::span(embedded).last(state));
    }
  }
  const auto rows = static_cast<std::int64_t>(embedded.size() / state);
  return graph.Input(sizes_.state, rows, std::move(embedded));
}

ggml_tensor* TextDecoder::Layers(Graph& graph, std::span<const TextInput> inputs, std::size_t layers,
                                 const OnAudioQueries& on_audio_queries) const {
  const std::int64_t state = sizes_.state;
  ggml_tensor* x = Embed(graph, inputs);
  std::vector<AttentionRows> said(inputs.size());
  std::vector<AttentionRows> heard;
  for (std::size_t i = 0; i < layers; ++i) {
    const DecoderLayer& layer = weights_.decoder[i];
    ggml_tensor* mixed = graph.Multiply(layer.query_key_value, graph.Normalize(layer.attention_norm, x));
    ggml_tensor* keys_values = Columns(graph, mixed, state, 2 * state);
    std::int32_t row = 0;
    heard.clear();
    for (std::size_t text = 0; text < inputs.size(); ++text) {
      const TextInput& input = inputs[text];
      const auto count = static_cast<std::int32_t>(input.tokens.size());
      const std::int32_t end = input.position + count;
      ggml_tensor* own = LayerOf(graph, input.rows->layers(), i);
      graph.Store(RowsOf(graph, keys_values, row, row + count), RowsOf(graph, own, input.position, end));
      row += count;
      said[text] = {.queries = count, .own = own, .own_rows = end, .causal = true, .independent = true};

      const HeardAudio& audio = input.audio;
      if (text > 0 && audio.rows == inputs[text - 1].audio.rows) {
        // Texts about the same audio go over its rows together.
        heard.back().queries += count;
        continue;
      }
      AttentionRows& rows = heard.emplace_back(AttentionRows{.queries = count,
                                                             .own = LayerOf(graph, audio.rows->cross(), i),
                                                             .own_rows = audio.positions,
                                                             .independent = true});
      if (audio.silence != nullptr) {
        rows.silent_singles = LayerOf(graph, audio.silence->singles().cross(), i);
        rows.silent_groups = LayerOf(graph, audio.silence->groups().cross(), i);
        rows.tail = audio.silence->From(audio.positions, audio.nearest_silence);
        rows.group_bias = audio.silence->group_bias();
      }
    }
    ggml_tensor* remembered = graph.Attend(Columns(graph, mixed, 0, state), sizes_.text_heads, said);
    x = graph.Multiply(layer.attention_out, remembered, Activation::kNone, x);
    ggml_tensor* query = graph.Multiply(layer.cross_query, graph.Normalize(layer.cross_norm, x));
    on_audio_queries(i, query);
    ggml_tensor* listened = graph.Attend(query, sizes_.text_heads, heard);
    x = graph.Multiply(layer.cross_out, listened, Activation::kNone, x);
    ggml_tensor* wide = graph.Multiply(layer.mlp_in, graph.Normalize(layer.mlp_norm, x), Activation::kGelu);
    x = graph.Multiply(layer.mlp_out, wide, Activation::kNone, x);
  }
  return x;
}

std::span<float> TextDecoder::Forward(Graph& graph, std::span<const TextInput> inputs, std::int32_t threads,
                                      AbortFlags aborts) {
  graph.Begin(weights_.decoder.size(), inputs.size());
  ggml_tensor* x = Layers(graph, inputs, weights_.decoder.size(), [](std::size_t, ggml_tensor*) {});
  std::vector<std::int32_t> wanted;
  std::int32_t end = 0;
  for (const TextInput& input : inputs) {
    end += static_cast<std::int32_t>(input.tokens.size());
    for (std::int32_t left = static_cast<std::int32_t>(input.wanted); left > 0; --left) {
      wanted.push_back(end - left);
    }
  }
  const std::size_t values = wanted.size() * static_cast<std::size_t>(sizes_.vocabulary);
  ggml_tensor* last = graph.Gather(x, wanted);
  ggml_tensor* logits = graph.Multiply(weights_.logits, graph.Normalize(weights_.decoder_norm, last));
  if (!graph.Compute(logits, threads, aborts)) return {};
  logits_.resize(values);
  ggml_backend_tensor_get(logits, logits_.data(), 0, values * sizeof(float));
  return logits_;
}

std::vector<CrossAttention> TextDecoder::Attention(Graph& graph, std::span<const TextInput> inputs,
                                                   std::span<const DecoderHead> heads, std::int32_t threads,
                                                   AbortFlags aborts) const {
  std::int32_t layers = 0;
  for (const DecoderHead& head : heads) layers = std::max(layers, head.layer + 1);
  graph.Begin(static_cast<std::size_t>(layers), inputs.size(), heads.size());
  // Text by text, head by head.
  std::vector<ggml_tensor*> weights(inputs.size() * heads.size());
  const auto keep = [&](std::size_t layer, ggml_tensor* queries) {
    std::int32_t row = 0;
    for (std::size_t text = 0; text < inputs.size(); ++text) {
      const auto count = static_cast<std::int32_t>(inputs[text].tokens.size());
      ggml_tensor* own = RowsOf(graph, queries, row, row + count);
      row += count;
      const HeardAudio& audio = inputs[text].audio;
      for (std::size_t i = 0; i < heads.size(); ++i) {
        if (static_cast<std::size_t>(heads[i].layer) != layer) continue;
        weights[text * heads.size() + i] = graph.Weights(
            own, sizes_.text_heads, heads[i].head, LayerOf(graph, audio.rows->cross(), layer), audio.covered);
      }
    }
  };
  Layers(graph, inputs, static_cast<std::size_t>(layers), keep);
  if (!graph.Compute(nullptr, threads, aborts)) return {};
  std::vector<CrossAttention> all;
  for (std::size_t text = 0; text < inputs.size(); ++text) {
    CrossAttention& attention = all.emplace_back();
    attention.heads = heads.size();
    attention.tokens = inputs[text].tokens.size();
    attention.positions = static_cast<std::size_t>(inputs[text].audio.covered);
    const std::size_t values = attention.tokens * attention.positions;
    attention.weights.resize(heads.size() * values);
    for (std::size_t i = 0; i < heads.size(); ++i) {
      ggml_backend_tensor_get(weights[text * heads.size() + i], attention.weights.data() + i * values, 0,
                              values * sizeof(float));
    }
  }
  return all;
}

}  // namespace theo
