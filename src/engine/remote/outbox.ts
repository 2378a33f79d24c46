import { toPcm16 } from '../../audio/pcm16.ts';

/** A message carries at most one second of audio. */
const maxFrameSamples = 16_000;

/** One message's part of the stream. */
export interface OutgoingFrame {
  readonly data: Uint8Array;
  readonly anticipateFlush: boolean;
  readonly isLast: boolean;
}

/**
 * What a stream has to send and has not sent yet: audio, and the marks that follow it. Audio of several
 * writes leaves in one message, so that a pre-roll or a replay needs few messages.
 */
export class Outbox {
  readonly #limitSamples: number;
  readonly #chunks: Float32Array[] = [];
  #waitingSamples = 0;
  #takenSamples = 0;
  #anticipateFlush = false;
  #isLast = false;
  #isClosed = false;

  /** @param limitSamples the most audio of the whole stream; the rest is ignored. */
  constructor(limitSamples: number) {
    this.#limitSamples = limitSamples;
  }

  /** Appends what fits, and takes back an anticipated flush that has not been sent. */
  append(samples: Float32Array): void {
    const room = this.#limitSamples - this.#takenSamples;
    const taken = samples.subarray(0, room);
    if (taken.length === 0) return;
    this.#chunks.push(taken);
    this.#waitingSamples += taken.length;
    this.#takenSamples += taken.length;
    this.#anticipateFlush = false;
  }

  /** Marks where the audio may have ended. */
  anticipateFlush(): void {
    if (this.#takenSamples > 0) this.#anticipateFlush = true;
  }

  /** Nothing is appended after this. */
  end(): void {
    this.#isLast = true;
    this.#anticipateFlush = false;
  }

  /**
   * The next message, if there is one. An anticipated flush goes with the last audio. The end has a message of its own,
   * because the original workers drop audio in the message that ends a stream.
   */
  next(): OutgoingFrame | undefined {
    if (this.#waitingSamples > 0 || this.#anticipateFlush) {
      const data = toPcm16(this.#take(Math.min(maxFrameSamples, this.#waitingSamples)));
      const anticipateFlush = this.#anticipateFlush && this.#waitingSamples === 0;
      if (anticipateFlush) this.#anticipateFlush = false;
      return { data, anticipateFlush, isLast: false };
    }
    if (!this.#isLast || this.#isClosed) return undefined;
    this.#isClosed = true;
    return { data: new Uint8Array(), anticipateFlush: false, isLast: true };
  }

  #take(count: number): Float32Array {
    const taken = new Float32Array(count);
    let filled = 0;
    while (filled < count) {
      const first = this.#chunks.shift();
      if (!first) break;
      const part = first.subarray(0, count - filled);
      taken.set(part, filled);
      filled += part.length;
      if (part.length < first.length) this.#chunks.unshift(first.subarray(part.length));
    }
    this.#waitingSamples -= filled;
    return taken;
  }
}
