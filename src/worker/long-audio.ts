import { sampleRateHz } from '../native.ts';

/** From this length on, the next quiet place is a good one to cut. */
export const wantsCutSamples: number = 25 * sampleRateHz;

/** RMS below this is a pause between words in any usable recording: -46 dBFS. */
const quietRms = 0.005;

/** Whether nobody seems to speak in `samples`. */
export function isQuiet(samples: Float32Array): boolean {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return energy <= samples.length * quietRms ** 2;
}
