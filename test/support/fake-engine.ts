import { EngineError, type EngineErrorCode } from '#theo/engine/errors.js';
import { EventQueue } from '#theo/engine/event-queue.js';
import type {
  EarlierSpeech,
  EngineEvent,
  EngineStream,
  EngineTraits,
  RecordingTranscript,
  SpeechEngine,
  StreamOptions,
  Transcript,
} from '#theo/engine/types.js';

/** An utterance's stream whose events the test gives. */
export class FakeStream implements EngineStream {
  readonly options: StreamOptions;
  readonly written: Float32Array[] = [];
  readonly queue: EventQueue<EngineEvent> = new EventQueue<EngineEvent>();
  anticipations = 0;
  isFlushed = false;
  isCancelled = false;
  /** Called after each write and flush. */
  onProgress: (stream: FakeStream) => void = () => {};

  constructor(options: StreamOptions) {
    this.options = options;
  }

  get events(): AsyncIterable<EngineEvent> {
    return this.queue;
  }

  get sampleCount(): number {
    return this.written.reduce((sum, samples) => sum + samples.length, 0);
  }

  /** All the audio that was written. */
  get audio(): Float32Array {
    return Float32Array.from(this.written.flatMap((samples) => [...samples]));
  }

  write(samples: Float32Array): void {
    if (this.isFlushed || this.isCancelled) throw new Error('written to after its end');
    this.written.push(samples);
    this.onProgress(this);
  }

  anticipateFlush(): void {
    this.anticipations += 1;
  }

  flush(): void {
    if (this.isFlushed) throw new Error('flushed twice');
    this.isFlushed = true;
    this.onProgress(this);
  }

  cancel(): void {
    this.isCancelled = true;
    this.queue.end({ discard: true });
  }

  partial(text: string): void {
    this.queue.push({ type: 'partial', text, committed: '' });
  }

  final(text: string, overrides: Partial<Transcript> = {}, speech: EarlierSpeech | null = null): void {
    const transcript = {
      text,
      language: 'en',
      languageProbability: 0.9,
      confidence: 0.9,
      words: null,
      ...overrides,
    };
    this.queue.push({ type: 'final', transcript, speech });
    this.queue.end();
  }

  fail(code: EngineErrorCode, recoverable: boolean): void {
    this.queue.push({ type: 'error', error: new EngineError(code, `it was ${code}`, { recoverable }) });
    this.queue.end();
  }
}

const whisperLike: EngineTraits = {
  longestUtteranceSamples: 480_000,
  streamsNatively: false,
  takesPrompts: true,
  timesWords: true,
  translates: true,
};

/** An engine of fake streams; the oldest first. */
export class FakeEngine implements SpeechEngine {
  readonly model = 'fake';
  traits: EngineTraits = whisperLike;
  readonly streams: FakeStream[] = [];
  readonly #onOpen: (stream: FakeStream, index: number) => void;

  /** @param onOpen prepares a stream before it is used. */
  constructor(onOpen: (stream: FakeStream, index: number) => void = () => {}) {
    this.#onOpen = onOpen;
  }

  /** The newest stream. */
  get stream(): FakeStream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('no stream was opened yet');
    return stream;
  }

  knowsLanguage(language: string): boolean {
    return language !== 'zz';
  }

  openStream(options: StreamOptions): EngineStream {
    const stream = new FakeStream(options);
    this.#onOpen(stream, this.streams.length);
    this.streams.push(stream);
    return stream;
  }

  transcribe(): Promise<RecordingTranscript> {
    return Promise.reject(new Error('not in this test'));
  }

  async close(): Promise<void> {}
}

/** Lets a stream answer by itself: a partial every half second, and a final that names its audio. */
export function answerAlone(stream: FakeStream): void {
  stream.onProgress = () => {
    const before = stream.sampleCount - (stream.written.at(-1)?.length ?? 0);
    if (stream.isFlushed) stream.final(`${stream.sampleCount} samples, ${checksum(stream.written)}`);
    else if (Math.floor(stream.sampleCount / 8000) > Math.floor(before / 8000)) {
      stream.partial(`${stream.sampleCount} so far`);
    }
  };
}

function checksum(chunks: readonly Float32Array[]): number {
  let sum = 0;
  for (const chunk of chunks)
    for (const sample of chunk) sum = (sum * 31 + Math.round(sample * 1e6)) % 1_000_003;
  return sum;
}
