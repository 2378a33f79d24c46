import { fileURLToPath } from 'node:url';
import { type Clock, systemClock } from '../clock.ts';
import type { ClassifierStream, SpeechClassifier } from './classifier.ts';
import { ClassifierError } from './errors.ts';
import { contextSamples, rowSamples, windowSamples } from './silero-protocol.ts';
import { SileroThread } from './silero-thread.ts';

export interface SileroClassifierOptions {
  /** The .onnx file; by default the one in the package. */
  readonly modelPath?: string;
  /** The most windows in one run of the model; 128 by default, where a batch takes about 2 ms. */
  readonly maxBatch?: number;
  readonly clock?: Clock;
  /** Called with the reason when the classifier begins to fail, and with null when it works again. */
  readonly onChange?: (failure: ClassifierError | null) => void;
}

/** Silero VAD v6 in this package, rewritten for batches: see models/silero-vad/README.md. */
export const defaultSileroPath: string = fileURLToPath(
  new URL('../../models/silero-vad/silero_vad_v6_batched.onnx', import.meta.url),
);

const maxCrashesInARow = 3;
/** Wait before a thread that keeps dying is tried again: doubled with every failure in a row. */
const firstBackoffMs = 1_000;
const maxBackoffMs = 30_000;

/**
 * Silero VAD for all sessions of the process: one model in one thread. Windows that arrive in the same turn of
 * the event loop run as one batch; while a batch runs, the next one gathers. Windows run in the order
 * in which they arrived. The thread starts with the first window, and again
 * after a crash, with all states forgotten. After three crashes in a row, or where the model does not load, windows are
 * refused for a while, then a window of silence finds out whether it works again.
 */
export class SileroClassifier implements SpeechClassifier {
  readonly #modelPath: string;
  readonly #maxBatch: number;
  readonly #clock: Clock;
  readonly #onChange: (failure: ClassifierError | null) => void;
  readonly #freeSlots: number[] = [];
  #slotCount = 0;
  /** Streams with a window that is not running yet, in order of arrival. */
  #waiting: SileroStream[] = [];
  #running: readonly SileroStream[] = [];
  #thread: SileroThread | undefined;
  /** Counts threads: states of an earlier one are lost. */
  #generation = 0;
  #crashesInARow = 0;
  #closed: ClassifierError | undefined;
  #failure: ClassifierError | undefined;
  #backoffMs = firstBackoffMs;
  #cancelRetry: (() => void) | undefined;
  #isScheduled = false;

  constructor(options: SileroClassifierOptions = {}) {
    this.#modelPath = options.modelPath ?? defaultSileroPath;
    this.#maxBatch = options.maxBatch ?? 128;
    this.#clock = options.clock ?? systemClock;
    this.#onChange = options.onChange ?? (() => {});
  }

  /** Why windows are refused at the moment; undefined: they are not. */
  get failure(): ClassifierError | undefined {
    return this.#closed ?? this.#failure;
  }

  /** Loads the model now instead of with the first window, which then need not wait for it. @throws ClassifierError */
  async load(): Promise<void> {
    const stream = this.openStream();
    try {
      await stream.classify(new Float32Array(windowSamples));
    } finally {
      stream.close();
    }
  }

  openStream(): ClassifierStream {
    if (this.#closed) throw this.#closed;
    return this.#openStream((stream) => {
      if (this.failure) stream.reject(this.failure);
      else this.#enqueue(stream);
    });
  }

  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#closed = new ClassifierError('vad_closed', 'the voice activity classifier is closed');
    this.#cancelRetry?.();
    this.#rejectAll(this.#closed);
    await thread?.close();
  }

  #openStream(enqueue: (stream: SileroStream) => void): SileroStream {
    const slot = this.#freeSlots.pop() ?? this.#slotCount++;
    return new SileroStream(slot, { enqueue, release: (stream) => this.#release(stream) });
  }

  #enqueue(stream: SileroStream): void {
    this.#waiting.push(stream);
    if (this.#isScheduled || this.#running.length > 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    if (this.#running.length > 0 || this.#waiting.length === 0) return;
    this.#thread ??= this.#startThread();
    const thread = this.#thread;
    this.#running = this.#waiting.splice(0, this.#maxBatch);
    for (const [row, stream] of this.#running.entries()) {
      thread.batch.slots[row] = stream.slot;
      thread.batch.resets[row] = stream.writeRow(thread.batch.rows, row * rowSamples, this.#generation)
        ? 1
        : 0;
    }
    thread.run(this.#running.length);
  }

  #startThread(): SileroThread {
    this.#generation += 1;
    return new SileroThread({
      modelPath: this.#modelPath,
      maxBatch: this.#maxBatch,
      onDone: () => this.#onDone(),
      onBatchFailed: (error) => this.#onBatchFailed(error),
      onGone: (error) => this.#onGone(error),
    });
  }

  #onDone(): void {
    this.#crashesInARow = 0;
    if (this.#failure) {
      this.#failure = undefined;
      this.#backoffMs = firstBackoffMs;
      this.#onChange(null);
    }
    const probabilities = this.#thread?.batch.probabilities;
    const answered = this.#running;
    this.#running = [];
    for (const [row, stream] of answered.entries()) stream.resolve(probabilities?.[row] ?? 0);
    this.#dispatch();
  }

  #onBatchFailed(error: ClassifierError): void {
    const failed = this.#running;
    this.#running = [];
    for (const stream of failed) stream.reject(error);
    this.#dispatch();
  }

  #onGone(error: ClassifierError): void {
    this.#thread = undefined;
    this.#crashesInARow += 1;
    if (!error.recoverable || this.#crashesInARow >= maxCrashesInARow) this.#fail(error);
    this.#rejectAll(this.#failure ?? error);
  }

  /** Refuses windows for a while. */
  #fail({ code, message, cause }: ClassifierError): void {
    const isNew = this.#failure === undefined;
    this.#failure = new ClassifierError(code, message, { cause });
    if (isNew) this.#onChange(this.#failure);
    this.#cancelRetry?.();
    this.#cancelRetry = this.#clock.schedule(this.#backoffMs, () => void this.#tryAgain());
    this.#backoffMs = Math.min(maxBackoffMs, this.#backoffMs * 2);
  }

  async #tryAgain(): Promise<void> {
    const stream = this.#openStream((probe) => this.#enqueue(probe));
    try {
      await stream.classify(new Float32Array(windowSamples));
    } catch (error) {
      // A thread that died has called #fail already. A thread that lives has a model that does not work.
      if (error instanceof ClassifierError && error.code === 'vad_inference') this.#fail(error);
    } finally {
      stream.close();
    }
  }

  #rejectAll(error: ClassifierError): void {
    const pending = [...this.#running, ...this.#waiting];
    this.#running = [];
    this.#waiting = [];
    for (const stream of pending) stream.reject(error);
  }

  #release(stream: SileroStream): void {
    const index = this.#waiting.indexOf(stream);
    if (index >= 0) this.#waiting.splice(index, 1);
    this.#freeSlots.push(stream.slot);
  }
}

interface StreamOwner {
  readonly enqueue: (stream: SileroStream) => void;
  readonly release: (stream: SileroStream) => void;
}

interface PendingWindow {
  readonly window: Float32Array;
  readonly resolve: (probability: number) => void;
  readonly reject: (error: ClassifierError) => void;
}

class SileroStream implements ClassifierStream {
  /** Where the inference thread keeps this stream's state. */
  readonly slot: number;
  readonly #owner: StreamOwner;
  readonly #context = new Float32Array(contextSamples);
  #pending: PendingWindow | undefined;
  /** The thread that holds the state; 0: none, the next window starts from nothing. */
  #generation = 0;
  #isClosed = false;

  constructor(slot: number, owner: StreamOwner) {
    this.slot = slot;
    this.#owner = owner;
  }

  classify(window: Float32Array): Promise<number> {
    if (window.length !== windowSamples) {
      return Promise.reject(new RangeError(`a window has ${windowSamples} samples, not ${window.length}`));
    }
    if (this.#isClosed) return Promise.reject(closedStream());
    if (this.#pending) return Promise.reject(new RangeError('the window before has not been classified yet'));
    return new Promise((resolve, reject) => {
      this.#pending = { window, resolve, reject };
      this.#owner.enqueue(this);
    });
  }

  skip(window: Float32Array): void {
    this.#context.set(window.subarray(window.length - contextSamples));
  }

  reset(): void {
    this.#generation = 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.reject(closedStream());
    this.#owner.release(this);
  }

  /** Copies context and window to `rows`; true: the state starts from nothing. */
  writeRow(rows: Float32Array, at: number, generation: number): boolean {
    const window = this.#pending?.window;
    if (window) {
      rows.set(this.#context, at);
      rows.set(window, at + contextSamples);
    }
    const isFresh = this.#generation !== generation;
    this.#generation = generation;
    return isFresh;
  }

  resolve(probability: number): void {
    const pending = this.#pending;
    if (!pending) return;
    this.#pending = undefined;
    this.skip(pending.window);
    pending.resolve(probability);
  }

  reject(error: ClassifierError): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(error);
  }
}

function closedStream(): ClassifierError {
  return new ClassifierError('vad_closed', 'the voice activity stream is closed');
}
