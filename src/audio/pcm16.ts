const fullScale = 32_768;
const bytesPerSample = 2;

/**
 * Samples as s16le: 16-bit ones as they are, in the same memory; those of [-1, 1] scaled and rounded, and clipped where
 * they lie outside.
 */
export function toPcm16(samples: Int16Array | Float32Array): Uint8Array {
  // Typed arrays have the machine's byte order, which is little-endian wherever Node.js and browsers run.
  const pcm = samples instanceof Int16Array ? samples : toInt16(samples);
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}

/**
 * s16le to [-1, 1). Received bytes may lie at an odd offset in their buffer, where no Int16Array can.
 * @throws RangeError on an odd number of bytes
 */
export function fromPcm16(bytes: Uint8Array): Float32Array {
  if (bytes.byteLength % bytesPerSample !== 0) {
    throw new RangeError(`audio is 16-bit PCM: ${bytes.byteLength} bytes is an odd count`);
  }
  const aligned = bytes.byteOffset % bytesPerSample === 0 ? bytes : new Uint8Array(bytes);
  const pcm = new Int16Array(aligned.buffer, aligned.byteOffset, bytes.byteLength / bytesPerSample);
  const samples = new Float32Array(pcm.length);
  for (let index = 0; index < pcm.length; index++) samples[index] = (pcm[index] ?? 0) / fullScale;
  return samples;
}

function toInt16(samples: Float32Array): Int16Array {
  const pcm = new Int16Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    const value = Math.round((samples[index] ?? 0) * fullScale);
    pcm[index] = Math.max(-fullScale, Math.min(fullScale - 1, value));
  }
  return pcm;
}
