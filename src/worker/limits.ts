import { status } from '@grpc/grpc-js';
import { sampleRateHz } from '../native.ts';
import { CallError } from './status.ts';

/** What callers can make a worker hold, all of them together. */
export interface WorkerLimits {
  /** Streams and recordings at a time; and as many calls of other kinds besides. */
  readonly calls: number;
  /** Recordings that are received at a time; the others wait unread. */
  readonly arrivingRecordings: number;
  /** Recordings that have been received, in bytes; one that does not fit waits, and keeps its place among the arriving. */
  readonly recordingBytes: number;
  /** Audio of streams that is not decoded yet, in samples. */
  readonly streamSamples: number;
  /** For a request to arrive, once it is read. */
  readonly arrivalMs: number;
  /** For a stream's peer to send something, or to read what is sent. */
  readonly idleMs: number;
}

export const defaultWorkerLimits: WorkerLimits = {
  calls: 1_000,
  arrivingRecordings: 4,
  // Two of the longest; while they are decoded, each takes three times as much.
  recordingBytes: 64 * 1024 * 1024,
  // Two hours: half a gigabyte.
  streamSamples: 2 * 3_600 * sampleRateHz,
  arrivalMs: 60_000,
  // A pause in speech, of which nothing is sent, may be as long as `silence_timeout_ms`: a minute.
  idleMs: 120_000,
};

/** The audio that streams hold together. */
export class StreamAudio {
  readonly #maxSamples: number;
  #heldSamples = 0;

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples;
  }

  get heldSamples(): number {
    return this.#heldSamples;
  }

  /** @throws CallError when there is no room for it */
  take(samples: number): void {
    if (this.#heldSamples + samples > this.#maxSamples) {
      throw new CallError(
        status.RESOURCE_EXHAUSTED,
        'the worker holds too much audio that is not decoded yet',
      );
    }
    this.#heldSamples += samples;
  }

  give(samples: number): void {
    this.#heldSamples -= samples;
  }
}
