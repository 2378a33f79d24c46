import { sampleRateHz } from '../native.ts';

/** One decode takes at most 30 s. */
export const maxUtteranceSamples: number = 30 * sampleRateHz;
/** From this length on, the next quiet place is a good one to cut. */
export const wantsCutSamples: number = 25 * sampleRateHz;

/** What is measured to find a quiet place: 100 ms. */
const windowSamples = 0.1 * sampleRateHz;
/** RMS below this is a pause between words in any usable recording: -46 dBFS. */
const quietRms = 0.005;

/** Whether nobody seems to speak in `samples`. */
export function isQuiet(samples: Float32Array): boolean {
  return rms(samples) < quietRms;
}

/**
 * Cuts a recording into utterances that one decode takes: in the quietest place between 25 and 30 s each.
 * The pieces are views of `samples`.
 */
export function cutIntoUtterances(samples: Float32Array): readonly Float32Array[] {
  const pieces: Float32Array[] = [];
  let start = 0;
  while (samples.length - start > maxUtteranceSamples) {
    const length = quietestEnd(samples.subarray(start, start + maxUtteranceSamples));
    pieces.push(samples.subarray(start, start + length));
    start += length;
  }
  pieces.push(samples.subarray(start));
  return pieces;
}

/** Where to cut: in the middle of the quietest window from `wantsCutSamples` on. */
function quietestEnd(samples: Float32Array): number {
  let best = samples.length;
  let bestRms = Number.POSITIVE_INFINITY;
  for (let at = wantsCutSamples; at + windowSamples <= samples.length; at += windowSamples / 2) {
    const level = rms(samples.subarray(at, at + windowSamples));
    if (level < bestRms) {
      bestRms = level;
      best = at + windowSamples / 2;
    }
  }
  return best;
}

function rms(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}
