/** Mono audio at the session's `input_sample_rate`: s16le bytes, 16-bit samples, or samples within [-1, 1]. */
export type AudioInput = Uint8Array | Int16Array | Float32Array;

/** The audio as bytes, s16le; a view where it can be one. */
export function toPcmBytes(audio: AudioInput): Uint8Array<ArrayBuffer> {
  // Typed arrays have the machine's byte order, which is little-endian wherever Node.js and browsers run.
  const samples = audio instanceof Float32Array ? Int16Array.from(audio, toInt16) : audio;
  const { buffer, byteOffset, byteLength } = samples;
  // WebSockets of browsers refuse shared memory.
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint8Array(buffer, byteOffset, byteLength).slice();
}

function toInt16(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}
