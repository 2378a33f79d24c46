import { toPcm16 } from '../audio/pcm16.ts';

/** Mono audio at the session's `input_sample_rate`: bytes in its `input_encoding` (s16le), 16-bit samples, or samples within [-1, 1]. */
export type AudioInput = Uint8Array | Int16Array | Float32Array;

/** The audio as bytes, s16le; a view where it can be one. */
export function toPcmBytes(audio: AudioInput): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = audio instanceof Uint8Array ? audio : toPcm16(audio);
  // WebSockets of browsers refuse shared memory.
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint8Array(buffer, byteOffset, byteLength).slice();
}
