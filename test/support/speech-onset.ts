const frameSamples = 160;
const belowPeakDb = 30;
const aboveFloorDb = 10;

/**
 * Where speech begins in a clip, in ms, by its level alone: the first 10 ms that come within 30 dB of the loudest and
 * stand 10 dB above the clip's beginning, which is silence or noise in every evaluation clip.
 */
export function speechOnsetMs(samples: Int16Array): number {
  const levels: number[] = [];
  for (let start = 0; start + frameSamples <= samples.length; start += frameSamples) {
    let energy = 0;
    for (const sample of samples.subarray(start, start + frameSamples)) energy += (sample / 32_768) ** 2;
    levels.push(10 * Math.log10(energy / frameSamples + 1e-10));
  }
  const threshold = Math.max(Math.max(...levels) - belowPeakDb, (levels[0] ?? 0) + aboveFloorDb);
  return levels.findIndex((level) => level > threshold) * 10;
}
