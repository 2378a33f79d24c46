import { expect } from 'vitest';
import type { EarlierSpeech, EngineEvent, StreamOptions } from '#theo/engine/types.js';
import { minLeadInSamples } from '#theo/engine/whisper/decode-requests.js';
import { DecodeScheduler } from '#theo/engine/whisper/scheduler.js';
import { UtteranceDecoder } from '#theo/engine/whisper/utterance-decoder.js';
import { WhisperStream } from '#theo/engine/whisper/whisper-stream.js';
import { FakeSlot, fakeModel } from '../../../support/fake-decoder.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const options: StreamOptions = {
  language: null,
  expectedLanguage: null,
  prompt: '',
  earlier: null,
  hotWords: [],
  enablePartials: true,
  leadInSamples: 0,
};
const observer = {
  queueDepth: () => {},
  batchStarted: () => {},
  decodeStarted: () => {},
  decodeEnded: () => {},
};

/** A stream, and what comes out of it. */
export interface OpenStream {
  readonly stream: WhisperStream;
  readonly events: EngineEvent[];
  hasEnded(): boolean;
}

/** Streams over one decode slot whose answers the test gives. */
export class StreamHarness {
  readonly slot: FakeSlot = new FakeSlot();
  readonly scheduler: DecodeScheduler = new DecodeScheduler([this.slot], new ManualClock(), observer);
  readonly memories: { isClosed: boolean; close(): void }[] = [];
  /** Streams that need nothing any more. */
  ends = 0;
  readonly #decoder: UtteranceDecoder;

  constructor({
    acceptsPrompt = true,
    acceptsHotWords = true,
    timesWords = false,
  }: {
    readonly acceptsPrompt?: boolean;
    readonly acceptsHotWords?: boolean;
    readonly timesWords?: boolean;
  } = {}) {
    this.#decoder = new UtteranceDecoder(
      fakeModel,
      this.scheduler,
      {
        audioContext: { mode: 'auto', full: 1500, minimum: 64, margin: 32 },
        languages: ['pt', 'en'],
        threads: 1,
        acceptsPrompt,
        acceptsHotWords,
        timesWords,
      },
      () => {
        const memory = {
          isClosed: false,
          close: () => {
            memory.isClosed = true;
          },
        };
        this.memories.push(memory);
        return memory;
      },
    );
  }

  open(changes: Partial<StreamOptions> = {}): OpenStream {
    const stream = new WhisperStream(
      this.#decoder,
      { ...options, ...changes },
      { intervalSamples: 3200 },
      () => {
        this.ends += 1;
      },
    );
    const events: EngineEvent[] = [];
    let hasEnded = false;
    void (async () => {
      for await (const event of stream.events) events.push(event);
      hasEnded = true;
    })();
    return { stream, events, hasEnded: () => hasEnded };
  }

  /** What of the request's audio was written: silence is put before speech that has no lead-in. */
  heardSamples(): number {
    const { samples } = this.slot.request;
    expect(samples.subarray(0, minLeadInSamples).every((sample) => sample === 0)).toBe(true);
    return samples.length - minLeadInSamples;
  }
}

export function speech(seconds: number): Float32Array {
  return new Float32Array(seconds * 16_000);
}

export function textsOf(events: readonly EngineEvent[]): string[] {
  return events.map((event) => {
    if (event.type === 'partial') return event.text;
    return event.type === 'final' ? `final: ${event.transcript.text}` : `error: ${event.error.code}`;
  });
}

/** What the final left for the next utterance. */
export function speechOf(events: readonly EngineEvent[]): EarlierSpeech | null {
  const last = events.at(-1);
  return last?.type === 'final' ? last.speech : null;
}
