import { type sendUnaryData, status } from '@grpc/grpc-js';
import type { Clock } from '../clock.ts';
import {
  extensionsVersion,
  type HealthResponseInit,
  healthKeys,
  type STTWorkerHandlers,
  type TranscribeFileResponseInit,
} from '../engine/remote/wire.ts';
import { capacityMetadata } from '../engine/remote/worker-capacity.ts';
import type { SpeechEngine } from '../engine/types.ts';
import { version } from '../version.ts';
import { ActiveCalls } from './active-calls.ts';
import { FileCall, type FileServerCall, type RecordingParts } from './file-call.ts';
import { StreamAudio, type WorkerLimits } from './limits.ts';
import { CallError, statusOf } from './status.ts';
import { StreamCall, type StreamCallParts, type TranscribeServerCall } from './stream-call.ts';

/** What a worker reports about itself besides its state. */
export interface WorkerIdentity {
  readonly model: string;
  /** `engine` of the model's manifest, such as "whisper.cpp". */
  readonly engine: string;
  /** Decodes that run at the same time, as far as that is known before the model is loaded. */
  readonly decodeSlots: number;
  /** ISO 639-1 codes; empty: not stated. */
  readonly languages: readonly string[];
}

export interface ServicerParts {
  readonly recordings: RecordingParts;
  readonly clock: Clock;
  readonly limits: WorkerLimits;
}

/** The gRPC service `theo.stt.STTWorker` over an engine. Refuses work while it loads or drains. */
export class Servicer {
  readonly calls: ActiveCalls = new ActiveCalls();
  readonly #identity: WorkerIdentity;
  readonly #recordings: RecordingParts;
  readonly #streams: StreamCallParts;
  #state: 'loading' | 'serving' | 'draining' = 'loading';
  #engine: SpeechEngine | undefined;
  #device = '';

  constructor(identity: WorkerIdentity, parts: ServicerParts) {
    const { recordings, clock, limits } = parts;
    this.#identity = identity;
    this.#recordings = recordings;
    this.#streams = { clock, idleMs: limits.idleMs, audio: new StreamAudio(limits.streamSamples) };
  }

  /** Takes work from now on. @param device "CPU" or the GPU's name; empty if not known. */
  serve(engine: SpeechEngine, device: string): void {
    this.#engine = engine;
    this.#device = device;
    if (this.#state === 'loading') this.#state = 'serving';
  }

  /** Refuses new work from now on. Resolves when the running calls have ended. */
  async drain(): Promise<void> {
    this.#state = 'draining';
    await this.calls.empty();
  }

  /** The service's methods, for a gRPC server. */
  get methods(): STTWorkerHandlers {
    return {
      TranscribeStream: (call) => this.#transcribeStream(call),
      TranscribeFile: (call, callback) => void this.#transcribeFile(call, callback),
      Cancel: ({ request: { requestId, sessionId } }, callback) =>
        callback(null, { acknowledged: this.#cancel([requestId, sessionId]) }),
      Health: (_call, callback) => callback(null, this.health),
    };
  }

  get health(): HealthResponseInit {
    const { model, engine, decodeSlots, languages } = this.#identity;
    const statusOfState = { loading: 'loading', serving: 'ok', draining: 'error' } as const;
    return {
      status: statusOfState[this.#state],
      modelName: model,
      engine,
      metadata: {
        [healthKeys.state]: this.#state,
        [healthKeys.extensions]: extensionsVersion,
        [healthKeys.decodeSlots]: String(this.#engine?.decodeSlots ?? decodeSlots),
        [healthKeys.activeCalls]: String(this.calls.size),
        [healthKeys.device]: this.#device,
        ...capacityMetadata(this.#engine?.capacity),
        ...(languages.length === 0 ? {} : { [healthKeys.languages]: languages.join(',') }),
        [healthKeys.version]: version,
      },
    };
  }

  #transcribeStream(call: TranscribeServerCall): void {
    try {
      const engine = this.#readyEngine();
      const remove = this.calls.add(new StreamCall(call, engine, this.#streams, () => remove()));
    } catch (error) {
      call.emit('error', statusOf(error));
    }
  }

  async #transcribeFile(
    call: FileServerCall,
    callback: sendUnaryData<TranscribeFileResponseInit>,
  ): Promise<void> {
    let remove: () => void = () => {};
    try {
      const file = new FileCall(call, this.#readyEngine(), this.#recordings);
      remove = this.calls.add(file);
      callback(null, await file.answer());
    } catch (error) {
      callback(statusOf(error));
    } finally {
      remove();
    }
  }

  /** @throws CallError while no work is taken */
  #readyEngine(): SpeechEngine {
    if (this.#engine && this.#state === 'serving') return this.#engine;
    throw new CallError(status.UNAVAILABLE, `the worker takes no work: it is ${this.#state}`);
  }

  #cancel(ids: readonly string[]): boolean {
    return ids.map((id) => this.calls.cancel(id)).includes(true);
  }
}
