import type { MonoAudio } from '../audio/mono-audio.ts';

const frameMs = 10;
const belowPeakDb = 30;
const aboveFloorDb = 10;
/** Whatever comes this close to the loudest is speech, even where the recording begins in the middle of it. */
const surelySpeechDb = 15;

/** Where the speech of a recording lies, in ms from its beginning. */
export interface SpeechBounds {
  readonly onsetMs: number;
  readonly endMs: number;
}

/**
 * The first and the last 10 ms of speech, by level alone: they come within 30 dB of the loudest and stand 10 dB above
 * the recording's beginning, which is silence or noise in nearly all. Meant for clips of one utterance, without
 * anything loud that is not speech.
 */
export function speechBounds({ samples, sampleRateHz }: MonoAudio): SpeechBounds {
  const levels = levelsDbfs(samples, Math.round((sampleRateHz * frameMs) / 1000));
  const loudest = levels.reduce((most, level) => Math.max(most, level), Number.NEGATIVE_INFINITY);
  const floor = levels[0] ?? loudest;
  const threshold = Math.max(loudest - belowPeakDb, Math.min(floor + aboveFloorDb, loudest - surelySpeechDb));
  return {
    onsetMs:
      Math.max(
        0,
        levels.findIndex((level) => level > threshold),
      ) * frameMs,
    endMs: (levels.findLastIndex((level) => level > threshold) + 1) * frameMs,
  };
}

/** Of every whole frame. */
function levelsDbfs(samples: MonoAudio['samples'], frameSamples: number): readonly number[] {
  const fullScale = samples instanceof Int16Array ? 32_768 : 1;
  const levels: number[] = [];
  for (let start = 0; start + frameSamples <= samples.length; start += frameSamples) {
    let energy = 0;
    for (let index = start; index < start + frameSamples; index++) {
      energy += ((samples[index] ?? 0) / fullScale) ** 2;
    }
    levels.push(10 * Math.log10(energy / frameSamples + 1e-10));
  }
  return levels;
}
