import type { WhisperDimensions } from './dimensions.ts';

/**
 * An estimate of the memory that a model takes once it is loaded and has decoded at its full context, MB: its weights,
 * keys and values in 16 bits, the encoder's attention and layers and the decoder's logits in 32.
 */
export function memoryMbOf(d: WhisperDimensions, weightsBytes: number): number {
  const cached = 2 * 2 * d.state * d.textLayers * (d.audioContext + d.textContext);
  const encoder = 4 * d.audioContext * (d.audioContext * d.audioHeads + 8 * d.state);
  const logits = 4 * d.textContext * d.vocabulary;
  return Math.ceil((weightsBytes + cached + encoder + logits) / 1e6);
}
