/** After this share of the longest utterance, the next quiet place is cut. */
const wantsCutShare = 5 / 6;

/** Whether an utterance is so long that it should end at the next quiet place. */
export function wantsCut(heardSamples: number, longestSamples: number): boolean {
  return heardSamples > wantsCutShare * longestSamples;
}

/** RMS below this is a pause between words in any usable recording: -46 dBFS. */
const quietRms = 0.005;

/** Whether nobody seems to speak in `samples`. */
export function isQuiet(samples: Float32Array): boolean {
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return energy <= samples.length * quietRms ** 2;
}
