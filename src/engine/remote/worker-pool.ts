import type { Clock } from '../../clock.ts';
import { canonicalModelName, modelKey, sameModelNames } from '../../models/names.ts';
import type { Capacity } from '../types.ts';
import type { AddressSource } from './addresses.ts';
import type { HealthTiming } from './health-monitor.ts';
import { RemoteWorker, type WorkerStatus } from './remote-worker.ts';
import type { STTWorkerDefinition } from './wire.ts';
import { combinedCapacity } from './worker-capacity.ts';
import { type WorkerAddress, WorkerClient, type WorkerTls } from './worker-client.ts';

export interface WorkerPoolParts {
  readonly addresses: AddressSource;
  readonly service: STTWorkerDefinition;
  readonly tls: WorkerTls | null;
  readonly clock: Clock;
  /** Models that are known before a worker has reported them. */
  readonly models: readonly string[];
  readonly healthTiming: HealthTiming;
  /** Called whenever a worker's state changes. */
  readonly onChange: (status: WorkerStatus) => void;
}

interface Waiter {
  readonly model: string;
  readonly take: (worker: RemoteWorker) => void;
}

/** All workers, and which of them gets the next job: the least loaded that serves the model. */
export class WorkerPool {
  readonly #parts: WorkerPoolParts;
  readonly #workers = new Map<string, RemoteWorker>();
  /** Names by `modelKey`: workers of other runtimes may call the same model by another of its names. */
  readonly #models = new Map<string, string>();
  readonly #waiters = new Set<Waiter>();
  readonly #stopWatching: () => void;
  #isClosed = false;

  constructor(parts: WorkerPoolParts) {
    this.#parts = parts;
    for (const model of parts.models) this.#addModel(model);
    this.#stopWatching = parts.addresses.watch((addresses) => this.#reconcile(addresses));
  }

  /** Models that some worker has served, even if none does now. */
  get models(): readonly string[] {
    return [...this.#models.values()].sort();
  }

  /** A model's name as in `models`; undefined for a model that is not there. */
  findModel(name: string): string | undefined {
    const key = sameModelNames(name)
      .map(modelKey)
      .find((each) => this.#models.has(each));
    return key === undefined ? undefined : this.#models.get(key);
  }

  get workers(): readonly WorkerStatus[] {
    return [...this.#workers.values()].map((worker) => worker.status);
  }

  /** The worker for the next job; undefined when none takes work. */
  pick(model: string): RemoteWorker | undefined {
    let best: RemoteWorker | undefined;
    for (const worker of this.#serving(model)) {
      if (best === undefined || isBetter(worker, best)) best = worker;
    }
    return best;
  }

  /** Decodes of a model that can run at the same time, on all workers that take work. */
  slots(model: string): number {
    return this.#serving(model).reduce((sum, worker) => sum + worker.slots, 0);
  }

  /** What all workers that take work with the model can do together; undefined where none reports it. */
  capacity(model: string): Capacity | undefined {
    return combinedCapacity(this.#serving(model).map(({ capacity }) => capacity));
  }

  /** False where all workers that take work with the model list their languages, and none lists this one. */
  knowsLanguage(model: string, language: string): boolean {
    const serving = this.#serving(model);
    return serving.length === 0 || serving.some(({ languages }) => languages?.includes(language) ?? true);
  }

  /**
   * Calls `take` with the worker for the next job: at once, or when one takes work again.
   * @returns a function that withdraws the request.
   */
  whenAvailable(model: string, take: (worker: RemoteWorker) => void): () => void {
    const worker = this.pick(model);
    if (worker) {
      take(worker);
      return () => {};
    }
    const waiter: Waiter = { model, take };
    this.#waiters.add(waiter);
    return () => this.#waiters.delete(waiter);
  }

  /** Closes every connection. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopWatching();
    this.#waiters.clear();
    for (const worker of this.#workers.values()) worker.close();
    this.#workers.clear();
  }

  #reconcile(addresses: readonly WorkerAddress[]): void {
    if (this.#isClosed) return;
    const wanted = new Map(addresses.map((address) => [address.target, address]));
    for (const [target, worker] of this.#workers) {
      if (wanted.has(target)) continue;
      this.#workers.delete(target);
      // Its streams end by themselves: with their finals, or when the connection breaks.
      worker.close();
    }
    for (const [target, address] of wanted) {
      if (!this.#workers.has(target)) this.#workers.set(target, this.#connect(address));
    }
  }

  #connect(address: WorkerAddress): RemoteWorker {
    const { service, tls, clock, healthTiming, onChange } = this.#parts;
    const client = new WorkerClient(address, service, tls);
    return new RemoteWorker(client, clock, healthTiming, (worker) => {
      if (worker.isServing && worker.model !== undefined) this.#addModel(worker.model);
      onChange(worker.status);
      if (worker.isServing) this.#serveWaiters();
    });
  }

  #serving(model: string): readonly RemoteWorker[] {
    const key = modelKey(model);
    return [...this.#workers.values()].filter(
      (worker) => worker.isServing && worker.model !== undefined && modelKey(worker.model) === key,
    );
  }

  #addModel(name: string): void {
    const key = modelKey(name);
    if (!this.#models.has(key)) this.#models.set(key, canonicalModelName(name));
  }

  #serveWaiters(): void {
    for (const waiter of [...this.#waiters]) {
      const worker = this.pick(waiter.model);
      if (worker && this.#waiters.delete(waiter)) waiter.take(worker);
    }
  }
}

function isBetter(a: RemoteWorker, b: RemoteWorker): boolean {
  return a.load === b.load ? a.given < b.given : a.load < b.load;
}
