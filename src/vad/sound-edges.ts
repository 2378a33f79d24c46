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
 * Finds by level where the sound began or ended that the classifier has only now recognized or given up. Silero is
 * late by 0 to 3 hops at an onset, most of all with soft consonants, and by 1 to 5 at an end, most of all in noise.
 * The level knows the moment, but not what it is: so both together, the level looking back at most four hops (128 ms).
 *
 * A sound begins 10 dB above the background and ends 6 dB above it. The background is the lowest level of late between
 * utterances; it follows a room that gets louder at 3 dB a second.
 */
export class SoundEdges {
  /** Unknown, and nothing is dated back, until there was a hop between utterances. */
  #backgroundDbfs: number | undefined;
  #past: readonly PastHop[] = [];

  /** Takes the next hop, after the questions about it. */
  observe(hop: PastHop, isBetweenUtterances: boolean): void {
    const { startSample, rmsDbfs } = hop;
    if (isBetweenUtterances) {
      const risen = (this.#backgroundDbfs ?? rmsDbfs) + backgroundRiseDbPerHop;
      this.#backgroundDbfs = Math.max(lowestBackgroundDbfs, Math.min(rmsDbfs, risen));
    }
    this.#past = [...this.#past.slice(1 - historyHops), { startSample, rmsDbfs }];
  }

  /** Where the sound began that the hop at `startSample` goes on with; not before `earliest`. */
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
