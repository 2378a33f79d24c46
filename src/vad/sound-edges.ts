const historyHops = 4;
const onsetAboveBackgroundDb = 10;
const endAboveBackgroundDb = 6;
const lowestBackgroundDbfs = -60;
const backgroundRiseDbPerHop = 0.1;

interface PastHop {
  readonly startSample: number;
  readonly rmsDbfs: number;
}

/**
 * Finds by level where speech began or ended. The classifier tells speech from other sound, but late: Silero by 0 to 3
 * hops at an onset, most of all with soft consonants, and by 1 to 5 at an end, most of all in noise. The level tells
 * the moment, but not whether it is speech. So the classifier decides, and the level dates it back, by four hops
 * (128 ms) at most.
 *
 * A sound begins 10 dB above the background and ends 6 dB above it. The background is the lowest recent level between
 * utterances, and rises by 3 dB a second at most.
 */
export class SoundEdges {
  /** Unknown until there was a hop between utterances; until then nothing is dated back. */
  #backgroundDbfs: number | undefined;
  #past: readonly PastHop[] = [];

  /** Takes the next hop; `onset` or `end` for this hop are asked before. */
  observe(hop: PastHop, isBetweenUtterances: boolean): void {
    const { startSample, rmsDbfs } = hop;
    if (isBetweenUtterances) {
      const risen = (this.#backgroundDbfs ?? rmsDbfs) + backgroundRiseDbPerHop;
      this.#backgroundDbfs = Math.max(lowestBackgroundDbfs, Math.min(rmsDbfs, risen));
    }
    this.#past = [...this.#past.slice(1 - historyHops), { startSample, rmsDbfs }];
  }

  /** Where the sound began that the hop at `startSample` belongs to; not before `earliest`. */
  onset(startSample: number, earliest: number): number {
    return this.#lookBack(startSample, earliest, (aboveDb) => aboveDb >= onsetAboveBackgroundDb);
  }

  /** Where the sound ended before the hop at `startSample`; not before `earliest`. */
  end(startSample: number, earliest: number): number {
    return this.#lookBack(startSample, earliest, (aboveDb) => aboveDb < endAboveBackgroundDb);
  }

  #lookBack(startSample: number, earliest: number, belongs: (aboveDb: number) => boolean): number {
    let edge = startSample;
    const background = this.#backgroundDbfs;
    if (background === undefined) return edge;
    for (const hop of this.#past.toReversed()) {
      if (hop.startSample < earliest || !belongs(hop.rmsDbfs - background)) break;
      edge = hop.startSample;
    }
    return edge;
  }
}
