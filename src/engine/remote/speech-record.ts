import { maxContinuedSamples } from '../limits.ts';
import type { EarlierSpeech } from '../types.ts';

/** Keeps a stream's audio, which is sent along with the next utterance that continues it, to whichever worker. */
export class SpeechRecord {
  readonly #earlier: EarlierSpeech | null;
  #chunks: Float32Array[] = [];
  #length: number;

  /** @param earlier what the stream itself continues. */
  constructor(earlier: EarlierSpeech | null) {
    this.#earlier = earlier;
    this.#length = earlier?.samples.length ?? 0;
  }

  append(samples: Float32Array): void {
    this.#length += samples.length;
    if (this.#length > maxContinuedSamples) this.#chunks = [];
    else this.#chunks.push(samples);
  }

  /**
   * The speech that can be continued; null where none can.
   * @param text what was said in all of it; empty: there is nothing to continue.
   */
  speechOf(text: string, language: string): EarlierSpeech | null {
    if (text === '' || this.#length > maxContinuedSamples) return null;
    const samples = new Float32Array(this.#length);
    let filled = 0;
    for (const chunk of [this.#earlier?.samples ?? new Float32Array(), ...this.#chunks]) {
      samples.set(chunk, filled);
      filled += chunk.length;
    }
    return { samples, text, language, close: () => {} };
  }
}
