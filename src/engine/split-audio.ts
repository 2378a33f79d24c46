import { sampleRateHz } from '../native.ts';

/** A piece is cut in its last third. */
const earliestCut = 2 / 3;
const probeSamples = sampleRateHz / 10;

/**
 * Cuts audio into pieces that an engine hears in one go, at the quietest 100 ms near the end of each.
 * @param longestSamples no piece is longer; see `EngineTraits`.
 */
export function splitAudio(samples: Float32Array, longestSamples: number): readonly Float32Array[] {
  const pieces: Float32Array[] = [];
  let rest = samples;
  while (rest.length > longestSamples) {
    const cut = quietestSample(rest.subarray(0, longestSamples));
    pieces.push(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  pieces.push(rest);
  return pieces;
}

/** The middle of the quietest stretch where a cut is allowed. */
function quietestSample(samples: Float32Array): number {
  const earliest = Math.floor(earliestCut * samples.length);
  let quietest = earliest;
  let lowestEnergy = Number.POSITIVE_INFINITY;
  for (let start = earliest; start + probeSamples <= samples.length; start += probeSamples) {
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
