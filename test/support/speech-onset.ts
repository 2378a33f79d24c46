import { speechBounds } from '#theo/eval/speech-bounds.js';

/** Where speech begins in a clip at 16 kHz, in ms, by its level alone. */
export function speechOnsetMs(samples: Int16Array): number {
  return speechBounds({ samples, sampleRateHz: 16_000 }).onsetMs;
}
