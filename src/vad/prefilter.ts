import type { Hop } from '../audio/preprocessor.ts';
import type { VadSensitivity } from '../protocol/session-config.ts';

const silenceBelowDbfs: Readonly<Record<VadSensitivity, number>> = { high: -50, normal: -40, low: -30 };
const noiseAboveFlatness = 0.8;
/** Hops of a silence that the classifier hears before it is spared the rest: 128 ms. */
const settlingHops = 4;

/** True for a hop that is both quiet and flat in spectrum, and so needs no classifier to be called silence. */
export function isPlainSilence(hop: Pick<Hop, 'rmsDbfs' | 'flatness'>, sensitivity: VadSensitivity): boolean {
  return hop.rmsDbfs < silenceBelowDbfs[sensitivity] && hop.flatness > noiseAboveFlatness;
}

/**
 * Says which hops the classifier may be spared: plain silence, from the fifth such hop in a row on. Silero is
 * recurrent: what it has heard of a room's silence decides how soon it recognizes speech against it. Four windows
 * are enough; without them onsets come up to 250 ms later (docs/vad.md has the figures).
 */
export class Prefilter {
  #plainInARow = 0;

  /** Takes the next hop; true: silence, not for the classifier. */
  skips(hop: Pick<Hop, 'rmsDbfs' | 'flatness'>, sensitivity: VadSensitivity): boolean {
    this.#plainInARow = isPlainSilence(hop, sensitivity) ? this.#plainInARow + 1 : 0;
    return this.#plainInARow > settlingHops;
  }

  /** The classifier has forgotten what it heard: let it settle again. */
  restart(): void {
    this.#plainInARow = 0;
  }
}
