// Evaluation audio as the VAD gets it, and where its speech truly is.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPcm16 } from '#theo/audio/pcm16.js';
import type { Hop } from '#theo/audio/preprocessor.js';
import { StreamingPreprocessor } from '#theo/audio/preprocessor.js';
import { readWav } from '#theo/audio/wav/read-wav.js';
import { loadNative } from '#theo/native.js';

const folder = join('test', 'fixtures', 'audio');
const probeSamples = 80;

export interface Span {
  readonly startSample: number;
  readonly endSample: number;
}

export interface Clip {
  readonly file: string;
  /** 16 kHz, [-1, 1]. */
  readonly samples: Float32Array;
  /** Where it sounds, by its level alone. */
  readonly utterances: readonly Span[];
}

export function loadClips(): readonly Clip[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.wav'))
    .map((file) => {
      const wav = readWav(readFileSync(join(folder, file)));
      const samples = Float32Array.from(wav.samples, (sample) => sample / 32_768);
      return { file, samples, utterances: utterancesOf(samples) };
    });
}

/** Through the real front end: gain, level, flatness. */
export function hopsOf(samples: Float32Array): readonly Hop[] {
  const frontEnd = new StreamingPreprocessor(loadNative(), { inputSampleRate: 16_000 });
  return [...frontEnd.push(toPcm16(samples)), ...frontEnd.flush()];
}

/** The clip `gainDb` louder, with white noise of `noiseDbfs` on it. The same noise every time. */
export function degrade(samples: Float32Array, gainDb: number, noiseDbfs: number): Float32Array {
  const gain = 10 ** (gainDb / 20);
  const noise = 10 ** (noiseDbfs / 20);
  const random = uniform(1);
  return samples.map((sample) => {
    const gauss = Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
    return Math.max(-1, Math.min(1, sample * gain + gauss * noise));
  });
}

/** Linear congruential, 0..1 (Numerical Recipes' constants): benches repeat. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Speech by level, to 5 ms: 12 dB above the clip's quietest twentieth and above -50 dBFS, beginning where half of
 * the next 100 ms is so too, ending where 300 ms are not.
 */
function utterancesOf(samples: Float32Array): readonly Span[] {
  const levels = Array.from({ length: Math.floor(samples.length / probeSamples) }, (_, index) =>
    levelOf(samples.subarray(index * probeSamples, (index + 1) * probeSamples)),
  );
  const quiet = levels.toSorted((a, b) => a - b)[Math.floor(levels.length * 0.05)] ?? -120;
  const sounds = levels.map((level) => level > Math.max(quiet + 12, -50));
  const spans: { startSample: number; endSample: number }[] = [];
  for (const [index, isSound] of sounds.entries()) {
    if (!isSound) continue;
    const endSample = (index + 1) * probeSamples;
    const open = spans.at(-1);
    if (open && endSample - open.endSample <= 4800) open.endSample = endSample;
    else if (sounds.slice(index, index + 20).filter(Boolean).length >= 10) {
      spans.push({ startSample: index * probeSamples, endSample });
    }
  }
  return spans;
}

function levelOf(samples: Float32Array): number {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return 10 * Math.log10(energy / samples.length + 1e-12);
}
