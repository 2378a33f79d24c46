import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readWav } from '#theo/audio/wav/read-wav.js';

/** An evaluation clip as floats, 16 kHz mono. */
export function readClip(name: string): Float32Array {
  const path = fileURLToPath(new URL(`../../fixtures/audio/${name}`, import.meta.url));
  return Float32Array.from(readWav(readFileSync(path)).samples, (sample) => sample / 32_768);
}

/** Whole windows of 512 samples. */
export function windowsOf(samples: Float32Array): Float32Array[] {
  return Array.from({ length: Math.floor(samples.length / 512) }, (_, index) =>
    samples.subarray(index * 512, (index + 1) * 512),
  );
}
