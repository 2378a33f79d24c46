import { sampleRateHz } from '../../native.ts';

const initialCapacity = 4 * sampleRateHz;

/** An utterance's audio, growing at the end. Holds at most `limit` samples; the rest is ignored. */
export class SpeechBuffer {
  readonly #limit: number;
  #samples: Float32Array = new Float32Array(initialCapacity);
  #length = 0;

  /** @param limit the most samples it takes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** A view on the audio so far. Later writes do not change it. */
  get samples(): Float32Array {
    return this.#samples.subarray(0, this.#length);
  }

  /** Appends what fits. @returns the number of samples taken. */
  append(samples: Float32Array): number {
    const taken = samples.subarray(0, this.#limit - this.#length);
    const needed = this.#length + taken.length;
    if (needed > this.#samples.length) {
      const larger = new Float32Array(Math.max(needed, Math.min(this.#limit, 2 * this.#samples.length)));
      larger.set(this.samples);
      this.#samples = larger;
    }
    this.#samples.set(taken, this.#length);
    this.#length = needed;
    return taken.length;
  }
}
