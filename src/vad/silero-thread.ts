import { Worker } from 'node:worker_threads';
import { ClassifierError } from './errors.ts';
import {
  type BatchMemory,
  batchBytes,
  viewBatch,
  type WorkerInput,
  type WorkerReply,
  type WorkerRequest,
} from './silero-protocol.ts';

export interface SileroThreadOptions {
  readonly modelPath: string;
  readonly maxBatch: number;
  /** The batch in memory has been answered. */
  readonly onDone: () => void;
  /** The batch failed; the thread lives on. */
  readonly onBatchFailed: (error: ClassifierError) => void;
  /** The thread ended by itself. Called at most once, never after `close`. */
  readonly onGone: (error: ClassifierError) => void;
}

/**
 * Owner of the inference thread and of the memory shared with it: one batch at a time. The thread keeps the
 * process alive only while a batch runs.
 */
export class SileroThread {
  readonly batch: BatchMemory;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #options: SileroThreadOptions;
  #isOver = false;

  constructor(options: SileroThreadOptions) {
    const memory = new SharedArrayBuffer(batchBytes(options.maxBatch));
    const input: WorkerInput = { modelPath: options.modelPath, memory, maxBatch: options.maxBatch };
    this.#options = options;
    this.batch = viewBatch(memory, options.maxBatch);
    this.#worker = new Worker(new URL('./silero-worker.js', import.meta.url), {
      workerData: input,
      // Without this, the thread would get the process's options, such as `--input-type` or `--inspect-brk`.
      execArgv: [],
    });
    this.#worker.on('message', (reply: WorkerReply) => this.#onReply(reply));
    this.#worker.on('error', (error) => this.#onCrash(error.message, error));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        resolve();
        this.#onCrash(`exit code ${code}`, undefined);
      });
    });
    this.#worker.unref();
  }

  /** Runs the first `count` rows of `batch`; `onDone` or a failure follows. */
  run(count: number): void {
    this.#worker.ref();
    this.#worker.postMessage(count satisfies WorkerRequest);
  }

  /** Frees the model and ends the thread, after a running batch, whose answer is dropped. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#worker.ref();
    this.#worker.postMessage(0 satisfies WorkerRequest);
    await this.#exited;
  }

  #onReply(reply: WorkerReply): void {
    if (this.#isOver) return;
    if (typeof reply === 'number') {
      this.#worker.unref();
      this.#options.onDone();
    } else if (reply.type === 'inference_failed') {
      this.#worker.unref();
      this.#options.onBatchFailed(
        new ClassifierError('vad_inference', `voice activity detection failed: ${reply.message}`),
      );
    } else {
      this.#end(
        new ClassifierError(
          'vad_model',
          `the voice activity model ${this.#options.modelPath} could not be loaded: ${reply.message}`,
        ),
      );
    }
  }

  #onCrash(reason: string, cause: unknown): void {
    if (this.#isOver) return;
    this.#end(
      new ClassifierError('vad_worker_crash', `the voice activity thread ended unexpectedly: ${reason}`, {
        recoverable: true,
        cause,
      }),
    );
  }

  #end(error: ClassifierError): void {
    this.#isOver = true;
    this.#worker.unref();
    this.#options.onGone(error);
  }
}
