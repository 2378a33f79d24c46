import { hopSamples, sampleRateHz } from '../native.ts';

const rememberedHops = 1024;

/** When audio came in, for the last half minute: latencies are measured from then on. */
export class ArrivalTimes {
  /** A ring; made with the first audio, because many sessions are idle. */
  #arrivedAtMs: Float64Array | undefined;
  #newestHop = 0;

  /** Notes that a hop was complete at `nowMs`. Hops come in order. */
  note(startSample: number, nowMs: number): void {
    this.#arrivedAtMs ??= new Float64Array(rememberedHops);
    this.#newestHop = Math.floor(startSample / hopSamples);
    this.#arrivedAtMs[this.#newestHop % rememberedHops] = nowMs;
  }

  /**
   * When the given sample came in. Within a hop, samples are taken to have come in real time. A sample that has not
   * come yet counts as come with the newest hop.
   */
  of(sample: number): number {
    const hop = Math.floor(sample / hopSamples);
    if (hop > this.#newestHop) return this.#at(this.#newestHop);
    const completeAtMs = this.#at(hop);
    const beforeCompleteMs = (((hop + 1) * hopSamples - sample) * 1000) / sampleRateHz;
    const previousAtMs = hop === 0 ? Number.NEGATIVE_INFINITY : this.#at(hop - 1);
    return Math.max(completeAtMs - beforeCompleteMs, Math.min(previousAtMs, completeAtMs));
  }

  #at(hop: number): number {
    return this.#arrivedAtMs?.[hop % rememberedHops] ?? 0;
  }
}
