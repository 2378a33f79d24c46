import { randomBytes } from 'node:crypto';
import type { ServiceError } from '@grpc/grpc-js';
import { toPcm16 } from '../../audio/pcm16.ts';
import { writeWav } from '../../audio/wav/write-wav.ts';
import type { Clock } from '../../clock.ts';
import { sampleRateHz } from '../../native.ts';
import { EngineError } from '../errors.ts';
import { retryDelaysMs } from '../limits.ts';
import type {
  Capacity,
  EngineStream,
  EngineTraits,
  RecordingTranscript,
  SpeechEngine,
  StreamOptions,
  TranscribeOptions,
} from '../types.ts';
import { errorFromStatus, isConnectionLost, WorkerUnavailableError } from './errors.ts';
import { Gate } from './gate.ts';
import { transcriptOfFile } from './mapping.ts';
import { RemoteStream, type StreamTiming } from './remote-stream.ts';
import type { RemoteWorker } from './remote-worker.ts';
import type { TranscribeFileRequestInit } from './wire.ts';
import type { WorkerPool } from './worker-pool.ts';

/** A file may take this many times an utterance's final: it is longer, and waits at the worker for another one. */
const fileTimeoutFactor = 3;
/** Files sent per decode slot: one is decoded, one is on its way. The others wait here, without a time limit. */
const filesPerSlot = 2;
/** The same for all workers: the protocol is made for Whisper, and a worker that takes no prompt ignores it. */
const traits: EngineTraits = {
  longestUtteranceSamples: 30 * sampleRateHz,
  streamsNatively: false,
  takesPrompts: true,
  timesWords: true,
  translates: true,
};

/** The engine behind gRPC: one model, served by any number of workers. */
export class RemoteEngine implements SpeechEngine {
  readonly model: string;
  readonly traits: EngineTraits = traits;
  readonly #pool: WorkerPool;
  readonly #clock: Clock;
  readonly #timing: StreamTiming;
  readonly #streams = new Set<EngineStream>();
  readonly #closing = new AbortController();
  readonly #files: Gate;

  /** @param pool closed by its owner, after the engine. */
  constructor(model: string, pool: WorkerPool, clock: Clock, timing: StreamTiming) {
    this.model = model;
    this.#pool = pool;
    this.#clock = clock;
    this.#timing = timing;
    this.#files = new Gate(() => filesPerSlot * pool.slots(model));
  }

  get capacity(): Capacity | undefined {
    return this.#pool.capacity(this.model);
  }

  knowsLanguage(language: string): boolean {
    return this.#pool.knowsLanguage(this.model, language);
  }

  openStream(options: StreamOptions): EngineStream {
    if (this.#closing.signal.aborted) throw closedError();
    const stream: RemoteStream = new RemoteStream(
      {
        id: `utt_${randomBytes(8).toString('hex')}`,
        route: { whenAvailable: (take) => this.#pool.whenAvailable(this.model, take) },
        clock: this.#clock,
        timing: this.#timing,
      },
      options,
      () => this.#streams.delete(stream),
    );
    this.#streams.add(stream);
    return stream;
  }

  async transcribe(samples: Float32Array, options: TranscribeOptions): Promise<RecordingTranscript> {
    if (this.#closing.signal.aborted) throw closedError();
    const request = {
      requestId: `req_${randomBytes(8).toString('hex')}`,
      // Every worker reads WAV; not every one reads bare PCM.
      audioData: writeWav(toPcm16(samples), sampleRateHz),
      language: options.language ?? '',
      initialPrompt: options.prompt,
      hotWords: [...options.hotWords],
      task: options.task,
      timestampGranularities: [
        ...(options.timestamps ? ['segment'] : []),
        ...(options.timeWords ? ['word'] : []),
      ],
      ...(options.session === undefined ? {} : { clientSessionId: options.session }),
      singleUtterance: true,
      ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
      ...(options.beamSize === undefined ? {} : { beamSize: options.beamSize }),
    };
    const signal = AbortSignal.any([this.#closing.signal, ...(options.signal ? [options.signal] : [])]);
    const leave = await this.#files.enter(signal).catch(() => {
      throw cancelledError();
    });
    try {
      return await this.#transcribeSomewhere(request, signal);
    } finally {
      leave();
    }
  }

  close(): Promise<void> {
    this.#closing.abort();
    for (const stream of this.#streams) stream.cancel();
    return Promise.resolve();
  }

  async #transcribeSomewhere(
    request: TranscribeFileRequestInit,
    signal: AbortSignal,
  ): Promise<RecordingTranscript> {
    for (const delayMs of retryDelaysMs) {
      try {
        return await this.#transcribeOnce(request, signal);
      } catch (error) {
        if (!(error instanceof EngineError && error.recoverable)) throw error;
        await this.#pause(delayMs, signal);
      }
    }
    return this.#transcribeOnce(request, signal);
  }

  /** Ends early when the signal aborts: the next try then throws. */
  #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancelTimer();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancelTimer = this.#clock.schedule(delayMs, end);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
    });
  }

  async #transcribeOnce(
    request: TranscribeFileRequestInit,
    signal: AbortSignal,
  ): Promise<RecordingTranscript> {
    const worker = await this.#availableWorker(signal);
    const abort = new AbortController();
    const finish = worker.begin({ abandon: (error) => abort.abort(error) });
    try {
      const response = await worker.client.transcribeFile(request, {
        timeoutMs: fileTimeoutFactor * this.#timing.finalMs,
        signal: AbortSignal.any([abort.signal, signal]),
      });
      return transcriptOfFile(response, request.language || null);
    } catch (error) {
      if (signal.aborted) throw cancelledError();
      if (abort.signal.aborted) throw abort.signal.reason;
      const failure = error as ServiceError;
      if (isConnectionLost(failure)) worker.doubt('unreachable', failure.details);
      throw errorFromStatus(failure, worker.name, true);
    } finally {
      finish();
    }
  }

  #availableWorker(signal: AbortSignal): Promise<RemoteWorker> {
    return new Promise((resolve, reject) => {
      let forget: () => void = () => {};
      const settle = (act: () => void): void => {
        cancelTimer();
        forget();
        signal.removeEventListener('abort', abort);
        act();
      };
      const abort = (): void => settle(() => reject(cancelledError()));
      const cancelTimer = this.#clock.schedule(this.#timing.availableMs, () =>
        settle(() => reject(new WorkerUnavailableError('no worker takes work'))),
      );
      signal.addEventListener('abort', abort, { once: true });
      forget = this.#pool.whenAvailable(this.model, (worker) => settle(() => resolve(worker)));
      if (signal.aborted) abort();
    });
  }
}

function closedError(): EngineError {
  return new EngineError('worker_unavailable', 'the engine is closed', { recoverable: false });
}

function cancelledError(): EngineError {
  return new EngineError('cancelled', 'the decode was cancelled', { recoverable: false });
}
