import type { TensorLayout, TensorPlace } from '../tensor-layout.ts';
import { parseTensorName } from '../tensor-name.ts';

/** How CTranslate2's WhisperSpec names tensors: queries, keys and values are stacked where they see the same input. */
export const ctranslate2Layout: TensorLayout = {
  locate: (name) => {
    const { half, layer, module, parameter } = parseTensorName(name);
    const prefix = layer === undefined ? half : `${half}/layer_${layer}`;
    const { name: path, ...part } = places[module] ?? { name: module };
    const isNorm = path.endsWith('layer_norm');
    const [weight, bias] = isNorm ? ['gamma', 'beta'] : ['weight', 'bias'];
    const suffix = parameter === undefined ? '' : `/${parameter === 'weight' ? weight : bias}`;
    return { name: `${prefix}/${path}${suffix}`, ...part };
  },
  layers: { encoder: /^encoder\/layer_(\d+)\//, decoder: /^decoder\/layer_(\d+)\// },
  projection: 'decoder/projection/weight',
  typeAdvice: 'convert the model again with --quantization float16',
};

const places: Readonly<Record<string, TensorPlace>> = {
  positional_embedding: { name: 'position_encodings/encodings' },
  token_embedding: { name: 'embeddings' },
  ln_post: { name: 'layer_norm' },
  ln: { name: 'layer_norm' },
  'attn.query': { name: 'self_attention/linear_0', part: 0, parts: 3 },
  'attn.key': { name: 'self_attention/linear_0', part: 1, parts: 3 },
  'attn.value': { name: 'self_attention/linear_0', part: 2, parts: 3 },
  'attn.out': { name: 'self_attention/linear_1' },
  attn_ln: { name: 'self_attention/layer_norm' },
  'cross_attn.query': { name: 'attention/linear_0' },
  'cross_attn.key': { name: 'attention/linear_1', part: 0, parts: 2 },
  'cross_attn.value': { name: 'attention/linear_1', part: 1, parts: 2 },
  'cross_attn.out': { name: 'attention/linear_2' },
  cross_attn_ln: { name: 'attention/layer_norm' },
  'mlp.0': { name: 'ffn/linear_0' },
  'mlp.2': { name: 'ffn/linear_1' },
  mlp_ln: { name: 'ffn/layer_norm' },
};
