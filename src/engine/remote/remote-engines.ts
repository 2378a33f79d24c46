import type { Clock } from '../../clock.ts';
import { deferred } from '../../deferred.ts';
import type { Engines, SpeechEngine } from '../types.ts';
import type { AddressSource } from './addresses.ts';
import { defaultHealthTiming, type HealthTiming } from './health-monitor.ts';
import { RemoteEngine } from './remote-engine.ts';
import { defaultStreamTiming, type StreamTiming } from './remote-stream.ts';
import type { WorkerStatus } from './remote-worker.ts';
import { loadWorkerService } from './wire.ts';
import type { WorkerTls } from './worker-client.ts';
import { WorkerPool } from './worker-pool.ts';

export interface RemoteEnginesParts {
  readonly addresses: AddressSource;
  /** null: without encryption. */
  readonly tls: WorkerTls | null;
  readonly clock: Clock;
  /** Models that are known to be served before a worker has said so. */
  readonly models?: readonly string[];
  readonly streamTiming?: StreamTiming;
  readonly healthTiming?: HealthTiming;
  /** Called whenever a worker's state changes. */
  readonly onChange?: (status: WorkerStatus) => void;
}

/** The engines that the workers offer, by model: whatever model a worker says it serves. */
export class RemoteEngines implements Engines {
  readonly #clock: Clock;
  readonly #timing: StreamTiming;
  readonly #pool: WorkerPool;
  readonly #engines = new Map<string, RemoteEngine>();
  readonly #waiting = new Set<() => void>();

  constructor(parts: RemoteEnginesParts) {
    this.#clock = parts.clock;
    this.#timing = parts.streamTiming ?? defaultStreamTiming;
    this.#pool = new WorkerPool({
      addresses: parts.addresses,
      service: loadWorkerService(),
      tls: parts.tls,
      clock: parts.clock,
      models: parts.models ?? [],
      healthTiming: parts.healthTiming ?? defaultHealthTiming,
      onChange: (status) => {
        parts.onChange?.(status);
        for (const check of [...this.#waiting]) check();
      },
    });
  }

  get names(): readonly string[] {
    return this.#pool.models;
  }

  /** All workers, in the order of their configuration. */
  get workers(): readonly WorkerStatus[] {
    return this.#pool.workers;
  }

  has(name: string): boolean {
    return this.#pool.findModel(name) !== undefined;
  }

  loaded(name: string): SpeechEngine | undefined {
    const model = this.#pool.findModel(name);
    if (model === undefined) return undefined;
    const engine = this.#engines.get(model) ?? new RemoteEngine(model, this.#pool, this.#clock, this.#timing);
    this.#engines.set(model, engine);
    return engine;
  }

  get(name: string): Promise<SpeechEngine | undefined> {
    return Promise.resolve(this.loaded(name));
  }

  /** Whether a worker takes work, with the model or, if null, with any. */
  isServing(model: string | null): boolean {
    const models = model === null ? this.names : [this.#pool.findModel(model) ?? model];
    return models.some((name) => this.#pool.pick(name) !== undefined);
  }

  /** Resolves when `isServing`. */
  async ready(model: string | null): Promise<void> {
    const isReady = (): boolean => this.isServing(model);
    if (isReady()) return;
    const { promise, resolve } = deferred<void>();
    const check = (): void => {
      if (isReady()) resolve();
    };
    this.#waiting.add(check);
    await promise;
    this.#waiting.delete(check);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#engines.values()].map((engine) => engine.close()));
    this.#pool.close();
  }
}
