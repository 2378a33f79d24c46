import type { MonoAudio } from '../audio/mono-audio.ts';
import { pinkNoise } from './pink-noise.ts';
import { toTelephoneBand } from './telephone.ts';

/** Ways in which recordings are made harder. All are deterministic. */
export const variantNames = ['clean', 'quiet', 'loud', 'noise', 'telephone'] as const;

export type VariantName = (typeof variantNames)[number];

export const variantDescriptions: Readonly<Record<VariantName, string>> = {
  clean: 'as it is',
  quiet: '30 dB softer',
  loud: '20 dB louder, clipped',
  noise: 'with pink noise, 10 dB below the recording',
  telephone: '300 to 3400 Hz, at 8 kHz',
};

const quietGain = 10 ** (-30 / 20);
const loudGain = 10 ** (20 / 20);
const noiseRelativeGain = 10 ** (-10 / 20);

/** A recording as the variant has it: the same length and timing, [-1, 1]. */
export function applyVariant(audio: MonoAudio, variant: VariantName): MonoAudio {
  if (variant === 'clean') return audio;
  const { sampleRateHz } = audio;
  const samples = asFloats(audio);
  switch (variant) {
    case 'quiet':
      return { sampleRateHz, samples: samples.map((sample) => sample * quietGain) };
    case 'loud':
      return { sampleRateHz, samples: samples.map((sample) => clip(sample * loudGain)) };
    case 'noise':
      return { sampleRateHz, samples: withNoise(samples) };
    case 'telephone':
      return toTelephoneBand(samples, sampleRateHz);
  }
}

/** Both levels are RMS over the whole recording. */
function withNoise(samples: Float32Array): Float32Array {
  const noise = pinkNoise(samples.length);
  const gain = (noiseRelativeGain * rms(samples)) / (rms(noise) || 1);
  return samples.map((sample, index) => clip(sample + gain * (noise[index] ?? 0)));
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / Math.max(1, samples.length));
}

function clip(sample: number): number {
  return Math.max(-1, Math.min(1, sample));
}

function asFloats({ samples }: MonoAudio): Float32Array {
  return samples instanceof Float32Array ? samples : Float32Array.from(samples, (sample) => sample / 32_768);
}
