import type { WhisperDimensions } from '../whisper/dimensions.ts';

/** How a tensor is stored: matrices in the type that is asked for, convolutions in 16 bits, the rest in 32. */
export type TensorRole = 'matrix' | 'convolution' | 'float32';

/** A tensor of whisper.cpp's, and where CTranslate2 keeps it. */
export interface WhisperTensor {
  /** As OpenAI's checkpoints and whisper.cpp spell it. */
  readonly name: string;
  /** Rows first. */
  readonly shape: readonly number[];
  readonly role: TensorRole;
  readonly source: {
    readonly variable: string;
    /** The whole variable's: CTranslate2 stacks queries, keys and values in one. */
    readonly shape: readonly number[];
    readonly firstRow: number;
  };
}

/** Biases that Whisper does not have and CTranslate2 fills with zeros: `state` values from `firstRow` on. */
export interface AbsentBias {
  readonly variable: string;
  readonly firstRow: number;
}

/** All of a model's tensors, in the order of a Whisper checkpoint, which is that of whisper.cpp's own converter. */
export function whisperTensors(d: WhisperDimensions): readonly WhisperTensor[] {
  return [
    ...positions('encoder', d.audioContext, d.state),
    ...convolution('conv1', d.mels, d.state),
    ...convolution('conv2', d.state, d.state),
    ...numbered(d.audioLayers).flatMap((layer) => {
      const [to, from] = [`encoder.blocks.${layer}`, `encoder/layer_${layer}`];
      return [...selfAttention(to, from, d.state), ...feedForward(to, from, d.state)];
    }),
    ...layerNorm('encoder.ln_post', 'encoder/layer_norm', d.state),
    ...positions('decoder', d.textContext, d.state),
    matrix('decoder.token_embedding.weight', 'decoder/embeddings/weight', [d.vocabulary, d.state]),
    ...numbered(d.textLayers).flatMap((layer) => {
      const [to, from] = [`decoder.blocks.${layer}`, `decoder/layer_${layer}`];
      return [
        ...selfAttention(to, from, d.state),
        ...crossAttention(to, from, d.state),
        ...feedForward(to, from, d.state),
      ];
    }),
    ...layerNorm('decoder.ln', 'decoder/layer_norm', d.state),
  ];
}

/** The key biases of all attention layers. */
export function absentBiases(d: WhisperDimensions): readonly AbsentBias[] {
  const self = (layer: string): AbsentBias => ({
    variable: `${layer}/self_attention/linear_0/bias`,
    firstRow: d.state,
  });
  return [
    ...numbered(d.audioLayers).map((layer) => self(`encoder/layer_${layer}`)),
    ...numbered(d.textLayers).flatMap((layer) => [
      self(`decoder/layer_${layer}`),
      { variable: `decoder/layer_${layer}/attention/linear_1/bias`, firstRow: 0 },
    ]),
  ];
}

function positions(part: 'encoder' | 'decoder', context: number, state: number): WhisperTensor[] {
  const shape = [context, state];
  const source = { variable: `${part}/position_encodings/encodings`, shape, firstRow: 0 };
  return [{ name: `${part}.positional_embedding`, shape, role: 'float32', source }];
}

function convolution(name: string, inputs: number, outputs: number): WhisperTensor[] {
  const shape = [outputs, inputs, 3];
  const weight = { variable: `encoder/${name}/weight`, shape, firstRow: 0 };
  const bias = { variable: `encoder/${name}/bias`, shape: [outputs], firstRow: 0 };
  return [
    { name: `encoder.${name}.weight`, shape, role: 'convolution', source: weight },
    // whisper.cpp adds it to a plane of [states, frames].
    { name: `encoder.${name}.bias`, shape: [outputs, 1], role: 'float32', source: bias },
  ];
}

function selfAttention(to: string, from: string, state: number): WhisperTensor[] {
  const stacked = `${from}/self_attention/linear_0`;
  return [
    ...projection(`${to}.attn.query`, stacked, state, 0, 3),
    matrix(`${to}.attn.key.weight`, `${stacked}/weight`, [state, state], state, 3 * state),
    ...projection(`${to}.attn.value`, stacked, state, 2, 3),
    ...projection(`${to}.attn.out`, `${from}/self_attention/linear_1`, state, 0, 1),
    ...layerNorm(`${to}.attn_ln`, `${from}/self_attention/layer_norm`, state),
  ];
}

function crossAttention(to: string, from: string, state: number): WhisperTensor[] {
  const stacked = `${from}/attention/linear_1`;
  return [
    ...projection(`${to}.cross_attn.query`, `${from}/attention/linear_0`, state, 0, 1),
    matrix(`${to}.cross_attn.key.weight`, `${stacked}/weight`, [state, state], 0, 2 * state),
    ...projection(`${to}.cross_attn.value`, stacked, state, 1, 2),
    ...projection(`${to}.cross_attn.out`, `${from}/attention/linear_2`, state, 0, 1),
    ...layerNorm(`${to}.cross_attn_ln`, `${from}/attention/layer_norm`, state),
  ];
}

function feedForward(to: string, from: string, state: number): WhisperTensor[] {
  return [
    matrix(`${to}.mlp.0.weight`, `${from}/ffn/linear_0/weight`, [4 * state, state]),
    vector(`${to}.mlp.0.bias`, `${from}/ffn/linear_0/bias`, 4 * state),
    matrix(`${to}.mlp.2.weight`, `${from}/ffn/linear_1/weight`, [state, 4 * state]),
    vector(`${to}.mlp.2.bias`, `${from}/ffn/linear_1/bias`, state),
    ...layerNorm(`${to}.mlp_ln`, `${from}/ffn/layer_norm`, state),
  ];
}

function layerNorm(to: string, from: string, state: number): WhisperTensor[] {
  return [vector(`${to}.weight`, `${from}/gamma`, state), vector(`${to}.bias`, `${from}/beta`, state)];
}

/** One of `count` square layers that are stacked in a variable: the one at `index`. */
function projection(to: string, from: string, state: number, index: number, count: number): WhisperTensor[] {
  const firstRow = index * state;
  return [
    matrix(`${to}.weight`, `${from}/weight`, [state, state], firstRow, count * state),
    vector(`${to}.bias`, `${from}/bias`, state, firstRow, count * state),
  ];
}

function matrix(
  name: string,
  variable: string,
  [rows, columns]: readonly [rows: number, columns: number],
  firstRow = 0,
  rowsInAll: number = rows,
): WhisperTensor {
  const source = { variable, shape: [rowsInAll, columns], firstRow };
  return { name, shape: [rows, columns], role: 'matrix', source };
}

function vector(
  name: string,
  variable: string,
  length: number,
  firstRow = 0,
  lengthInAll: number = length,
): WhisperTensor {
  return { name, shape: [length], role: 'float32', source: { variable, shape: [lengthInAll], firstRow } };
}

function numbered(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
