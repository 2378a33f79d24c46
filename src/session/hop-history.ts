import type { Hop } from '../audio/preprocessor.ts';
import { hopSamples } from '../native.ts';

/** The latest hops of a session, from which an utterance's beginning is taken once speech is noticed. */
export class HopHistory {
  readonly #capacity: number;
  readonly #hops: Hop[] = [];

  /** @param capacitySamples how far back it reaches, at least. */
  constructor(capacitySamples: number) {
    this.#capacity = Math.ceil(capacitySamples / hopSamples) + 1;
  }

  add(hop: Hop): void {
    this.#hops.push(hop);
    if (this.#hops.length > this.#capacity) this.#hops.shift();
  }

  /** The sample after the newest hop; 0 before the first. */
  get endSample(): number {
    const newest = this.#hops.at(-1);
    return newest ? newest.startSample + hopSamples : 0;
  }

  /** The kept hops that end after `sample`, oldest first. */
  since(sample: number): readonly Hop[] {
    return this.#hops.filter((hop) => hop.startSample + hopSamples > sample);
  }
}
