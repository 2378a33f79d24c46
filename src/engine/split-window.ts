import { sampleRateHz } from '../native.ts';

/** No utterance is longer than 30 s of speech, its pre-roll and its hangover; what is beyond this is refused. */
export const maxUtteranceSamples: number = 120 * sampleRateHz;
/** The longest audio that one decode takes: Whisper's window of 30 s. */
export const maxWindowSamples: number = 30 * sampleRateHz;
/** An utterance and the speech that it continues are heard together up to here: to the model, less than its window. */
export const maxContinuedSamples: number = 28 * sampleRateHz;
/** Where the window may be cut: in its last third. */
const earliestCut = 20 * sampleRateHz;
const probeSamples = sampleRateHz / 10;

/** Cuts audio into pieces that one decode can take, at the quietest 100 ms near the end of each window. */
export function splitToWindows(samples: Float32Array): readonly Float32Array[] {
  const pieces: Float32Array[] = [];
  let rest = samples;
  while (rest.length > maxWindowSamples) {
    const cut = quietestSample(rest);
    pieces.push(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  pieces.push(rest);
  return pieces;
}

/** The middle of the quietest stretch where a cut is allowed. */
function quietestSample(samples: Float32Array): number {
  let quietest = earliestCut;
  let lowestEnergy = Number.POSITIVE_INFINITY;
  for (let start = earliestCut; start + probeSamples <= maxWindowSamples; start += probeSamples) {
    const energy = samples
      .subarray(start, start + probeSamples)
      .reduce((sum, value) => sum + value * value, 0);
    if (energy < lowestEnergy) {
      lowestEnergy = energy;
      quietest = start;
    }
  }
  return quietest + probeSamples / 2;
}
