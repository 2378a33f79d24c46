import type { WhisperDimensions } from '../whisper/dimensions.ts';

/**
 * How a tensor is stored: matrices in the type that is asked for, convolutions in 16 bits, their biases and the rest in
 * 32.
 */
export type TensorRole = 'matrix' | 'convolution' | 'convolution-bias' | 'float32';

/** A tensor of a Whisper model. */
export interface WhisperTensor {
  /** As OpenAI's checkpoints and whisper.cpp spell it. */
  readonly name: string;
  /** Rows first. */
  readonly shape: readonly number[];
  readonly role: TensorRole;
}

/** All of a model's tensors, in the order of a Whisper checkpoint, which is that of whisper.cpp's own converter. */
export function whisperTensors(d: WhisperDimensions): readonly WhisperTensor[] {
  return [
    float32('encoder.positional_embedding', d.audioContext, d.state),
    ...convolution('encoder.conv1', d.mels, d.state),
    ...convolution('encoder.conv2', d.state, d.state),
    ...numbered(d.audioLayers).flatMap((layer) => {
      const block = `encoder.blocks.${layer}`;
      return [...attention(`${block}.attn`, d.state), ...feedForward(block, d.state)];
    }),
    ...layerNorm('encoder.ln_post', d.state),
    float32('decoder.positional_embedding', d.textContext, d.state),
    matrix('decoder.token_embedding.weight', d.vocabulary, d.state),
    ...numbered(d.textLayers).flatMap((layer) => {
      const block = `decoder.blocks.${layer}`;
      return [
        ...attention(`${block}.attn`, d.state),
        ...attention(`${block}.cross_attn`, d.state),
        ...feedForward(block, d.state),
      ];
    }),
    ...layerNorm('decoder.ln', d.state),
  ];
}

/** Biases that Whisper does not have, and that some formats fill with zeros: those of all keys. */
export function absentBiases(d: WhisperDimensions): readonly WhisperTensor[] {
  return [
    ...numbered(d.audioLayers).map((layer) => `encoder.blocks.${layer}.attn.key.bias`),
    ...numbered(d.textLayers).flatMap((layer) => [
      `decoder.blocks.${layer}.attn.key.bias`,
      `decoder.blocks.${layer}.cross_attn.key.bias`,
    ]),
  ].map((name) => float32(name, d.state));
}

function convolution(name: string, inputs: number, outputs: number): WhisperTensor[] {
  return [
    { name: `${name}.weight`, shape: [outputs, inputs, 3], role: 'convolution' },
    { name: `${name}.bias`, shape: [outputs], role: 'convolution-bias' },
  ];
}

function attention(name: string, state: number): WhisperTensor[] {
  return [
    ...linear(`${name}.query`, state, state),
    matrix(`${name}.key.weight`, state, state),
    ...linear(`${name}.value`, state, state),
    ...linear(`${name}.out`, state, state),
    ...layerNorm(`${name}_ln`, state),
  ];
}

function feedForward(block: string, state: number): WhisperTensor[] {
  return [
    ...linear(`${block}.mlp.0`, 4 * state, state),
    ...linear(`${block}.mlp.2`, state, 4 * state),
    ...layerNorm(`${block}.mlp_ln`, state),
  ];
}

function linear(name: string, outputs: number, inputs: number): WhisperTensor[] {
  return [matrix(`${name}.weight`, outputs, inputs), float32(`${name}.bias`, outputs)];
}

function layerNorm(name: string, state: number): WhisperTensor[] {
  return [float32(`${name}.weight`, state), float32(`${name}.bias`, state)];
}

function matrix(name: string, rows: number, columns: number): WhisperTensor {
  return { name, shape: [rows, columns], role: 'matrix' };
}

function float32(name: string, ...shape: readonly number[]): WhisperTensor {
  return { name, shape, role: 'float32' };
}

function numbered(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
