import type { WhisperDimensions } from './dimensions.ts';

/** Of matrices as the engine keeps them on x86 CPUs, whatever the file holds: 8 bits and their scales. */
const int8BytesPerWeight = 8.5 / 8;
const float16Bytes = 2;
const float32Bytes = 4;

/**
 * The memory that a model needs beside the program's own, MB: an upper estimate for one decode at a time with the whole
 * window. Its parts: the weights; keys and values of all layers, in 16 bits, once for the silence that stands behind all
 * audio and once for an utterance of 30 s; the encoder's attention and layers and the decoder's logits, in 32.
 * `scripts/measure-loading.mjs` measures what is taken.
 */
export function memoryMbOf(d: WhisperDimensions, weightsBytes: number): number {
  const weights = Math.max(weightsBytes, int8BytesPerWeight * matrixWeights(d));
  const keysAndValues = 2 * float16Bytes * d.state * d.audioContext * (d.audioLayers + d.textLayers);
  const text = 2 * float16Bytes * d.state * d.textContext * d.textLayers;
  const encoder = float32Bytes * d.audioContext * (d.audioContext * d.audioHeads + 8 * d.state);
  const logits = float32Bytes * d.textContext * d.vocabulary;
  return Math.ceil((weights + 2 * keysAndValues + text + encoder + logits) / 1e6);
}

/** Of attention (4 squares of the state, with audio 4 more) and of the two layers behind it (8), and the embeddings. */
function matrixWeights(d: WhisperDimensions): number {
  return d.state * (d.state * (12 * d.audioLayers + 16 * d.textLayers) + d.vocabulary);
}
