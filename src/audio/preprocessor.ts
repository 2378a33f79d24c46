import { hopSamples, type NativeAddon, type NativeFrontEnd, type NativeFrontEndOptions } from '../native.ts';

/** 32 ms of conditioned audio and what silence is told by. */
export interface Hop {
  /** Position of the first sample, at 16 kHz, since the session began. */
  readonly startSample: number;
  /** `hopSamples` samples, mono, 16 kHz, [-1, 1], after gain. Never written to again. */
  readonly samples: Float32Array;
  /** Level in dBFS before gain of the 64 ms that end with this hop; -120 for digital silence. */
  readonly rmsDbfs: number;
  /** Spectral flatness of the same 64 ms: 0 (a tone) .. 1 (flat noise, digital silence). */
  readonly flatness: number;
}

const noSamples = new Float32Array(0);
const noHops: readonly Hop[] = [];

/**
 * Turns the PCM messages of one session into hops. The hops do not depend on how the audio was cut into messages.
 * Synchronous, microseconds a message.
 */
export class StreamingPreprocessor {
  readonly #frontEnd: NativeFrontEnd;
  #levels = new Float32Array(2 * 8);
  #nextStart = 0;

  /** @throws RangeError when `inputSampleRate` is no integer of 8000..192000. */
  constructor(native: Pick<NativeAddon, 'FrontEnd'>, options: NativeFrontEndOptions) {
    this.#frontEnd = new native.FrontEnd(options);
  }

  /**
   * @param pcm s16le mono at the input's rate, any alignment; read only during the call.
   * @throws TypeError on an odd number of bytes; nothing of it is taken then.
   */
  push(pcm: Uint8Array): readonly Hop[] {
    const most = this.#frontEnd.maxHops(pcm.byteLength);
    const samples = this.#roomFor(most);
    return this.#cut(samples, this.#frontEnd.push(pcm, samples, this.#levels));
  }

  /** Ends the input: the rest comes out, the last hop padded with silence. What is pushed later follows behind it. */
  flush(): readonly Hop[] {
    const most = Math.ceil(this.#frontEnd.pendingSamples / hopSamples);
    const samples = this.#roomFor(most);
    return this.#cut(samples, this.#frontEnd.flush(samples, this.#levels));
  }

  /** The rate of what is pushed from now on. @throws RangeError as the constructor. */
  setInputSampleRate(hz: number): void {
    this.#frontEnd.setInputSampleRate(hz);
  }

  /** Samples at 16 kHz that have been pushed and not yet come out. */
  get pendingSamples(): number {
    return this.#frontEnd.pendingSamples;
  }

  // One buffer for all hops of a message; hops are views on it, so sessions may keep them without copying.
  #roomFor(hops: number): Float32Array {
    if (this.#levels.length < 2 * hops) this.#levels = new Float32Array(2 * hops);
    return hops === 0 ? noSamples : new Float32Array(hops * hopSamples);
  }

  #cut(samples: Float32Array, count: number): readonly Hop[] {
    if (count === 0) return noHops;
    const hops: Hop[] = [];
    for (let index = 0; index < count; index++) {
      hops.push({
        startSample: this.#nextStart,
        samples: samples.subarray(index * hopSamples, (index + 1) * hopSamples),
        rmsDbfs: this.#levels[2 * index] ?? 0,
        flatness: this.#levels[2 * index + 1] ?? 0,
      });
      this.#nextStart += hopSamples;
    }
    return hops;
  }
}
