import { status } from '@grpc/grpc-js';
import { sampleRateHz } from '../native.ts';
import { CallError } from './status.ts';

/** How much all callers together can make a worker hold, and for how long. */
export interface WorkerLimits {
  /** Streams and recordings at a time; as many calls of other kinds are served besides. */
  readonly calls: number;
  /** Recordings that are received at a time; the others wait unread. */
  readonly arrivingRecordings: number;
  /** Received recordings, in bytes. One that does not fit waits, and counts as arriving until it fits. */
  readonly recordingBytes: number;
  /** Audio of streams that is not decoded yet, in samples. */
  readonly streamSamples: number;
  /** How long a request may take to arrive, from when the worker begins to read it. */
  readonly arrivalMs: number;
  /** How long a stream's peer may neither send nor read anything. */
  readonly idleMs: number;
}

export const defaultWorkerLimits: WorkerLimits = {
  calls: 1_000,
  arrivingRecordings: 4,
  // Two of the longest. While it is decoded, a recording takes three times as much memory.
  recordingBytes: 64 * 1024 * 1024,
  // Two hours, which is half a gigabyte.
  streamSamples: 2 * 3_600 * sampleRateHz,
  arrivalMs: 60_000,
  // Nothing is sent in a pause of speech, which may take a minute: the longest `silence_timeout_ms`.
  idleMs: 120_000,
};

/** Counts the audio that all streams hold together. */
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
