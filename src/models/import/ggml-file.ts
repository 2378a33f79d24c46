import type { NativeWeightType } from '../../native.ts';
import type { WhisperDimensions } from '../whisper/dimensions.ts';
import { weightTypes } from '../whisper/weight-types.ts';
import { melFilters, spectrumBins } from './mel-filters.ts';
import type { WhisperTensor } from './whisper-tensors.ts';

const magic = 0x67676d6c;

/** The type that a tensor has in a file of matrices of `type`. */
export function storedType({ role }: WhisperTensor, type: NativeWeightType): NativeWeightType | 'f32' {
  if (role === 'matrix') return type;
  return role === 'convolution' ? 'f16' : 'f32';
}

/** Bytes of a tensor's data. */
export function tensorBytes(tensor: WhisperTensor, type: NativeWeightType): number {
  const { blockWeights, blockBytes } = weightTypes[storedType(tensor, type)];
  const weights = tensor.shape.reduce((product, dimension) => product * dimension, 1);
  return (weights / blockWeights) * blockBytes;
}

/**
 * What stands before the tensors of a ggml file of whisper.cpp's: sizes, mel filters and the vocabulary.
 * @param tokens - the bytes that each text token stands for.
 */
export function fileHeader(d: WhisperDimensions, type: NativeWeightType, tokens: readonly Buffer[]): Buffer {
  const sizes = [
    d.vocabulary,
    d.audioContext,
    d.state,
    d.audioHeads,
    d.audioLayers,
    d.textContext,
    d.state,
    d.textHeads,
    d.textLayers,
    d.mels,
  ];
  return Buffer.concat([
    integers(magic, ...sizes, weightTypes[type].fileType, d.mels, spectrumBins),
    Buffer.from(melFilters(d.mels).buffer),
    integers(tokens.length),
    withLengths(tokens),
  ]);
}

function withLengths(tokens: readonly Buffer[]): Buffer {
  const bytes = Buffer.alloc(tokens.reduce((sum, token) => sum + 4 + token.length, 0));
  let position = 0;
  for (const token of tokens) {
    position = bytes.writeInt32LE(token.length, position);
    position += token.copy(bytes, position);
  }
  return bytes;
}

/** What stands before a tensor's data. */
export function tensorHeader(tensor: WhisperTensor, type: NativeWeightType): Buffer {
  const name = Buffer.from(tensor.name);
  const { tensorType } = weightTypes[storedType(tensor, type)];
  // whisper.cpp adds a convolution's bias to a plane of [states, frames].
  const shape = tensor.role === 'convolution-bias' ? [...tensor.shape, 1] : tensor.shape;
  return Buffer.concat([integers(shape.length, name.length, tensorType, ...shape.toReversed()), name]);
}

function integers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeInt32LE(value, 4 * index);
  return bytes;
}
