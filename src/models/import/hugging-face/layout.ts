import type { StoredTensors } from '../stored-tensors.ts';
import type { TensorLayout } from '../tensor-layout.ts';
import { parseTensorName } from '../tensor-name.ts';

/** How transformers' WhisperForConditionalGeneration names tensors, or its WhisperModel, which has no "model." before them. */
export function huggingFaceLayout({ byName }: StoredTensors): TensorLayout {
  const prefix = byName.has('decoder.embed_tokens.weight') ? '' : 'model.';
  return {
    locate: (name) => ({ name: `${prefix}${huggingFaceName(name)}` }),
    layers: {
      encoder: new RegExp(`^${prefix}encoder\\.layers\\.(\\d+)\\.`),
      decoder: new RegExp(`^${prefix}decoder\\.layers\\.(\\d+)\\.`),
    },
    projection: 'proj_out.weight',
    typeAdvice: 'save the checkpoint again in float32, float16 or bfloat16',
  };
}

/** What "encoder.blocks.3.attn.query.weight" is called there: "encoder.layers.3.self_attn.q_proj.weight". */
export function huggingFaceName(name: string): string {
  const { half, layer, module, parameter = 'weight' } = parseTensorName(name);
  const place = layer === undefined ? half : `${half}.layers.${layer}`;
  return `${place}.${modules[module] ?? module}.${parameter}`;
}

const modules: Readonly<Record<string, string>> = {
  positional_embedding: 'embed_positions',
  token_embedding: 'embed_tokens',
  ln_post: 'layer_norm',
  ln: 'layer_norm',
  'attn.query': 'self_attn.q_proj',
  'attn.key': 'self_attn.k_proj',
  'attn.value': 'self_attn.v_proj',
  'attn.out': 'self_attn.out_proj',
  attn_ln: 'self_attn_layer_norm',
  'cross_attn.query': 'encoder_attn.q_proj',
  'cross_attn.key': 'encoder_attn.k_proj',
  'cross_attn.value': 'encoder_attn.v_proj',
  'cross_attn.out': 'encoder_attn.out_proj',
  cross_attn_ln: 'encoder_attn_layer_norm',
  'mlp.0': 'fc1',
  'mlp.2': 'fc2',
  mlp_ln: 'final_layer_norm',
};
