import type { Clock } from '../../clock.ts';
import { isModelName } from '../../models/names.ts';
import type { Capacity } from '../types.ts';
import { WorkerTimeoutError } from './errors.ts';
import { HealthMonitor, type HealthTiming, type WorkerState } from './health-monitor.ts';
import { healthKeys } from './wire.ts';
import { capacityOfMetadata } from './worker-capacity.ts';
import type { TranscribeCall, WorkerClient } from './worker-client.ts';

/** A worker that reports more decode slots counts as having this many. */
const maxSlots = 256;

/** Work that runs on a worker; `abandon` is called when the worker stops answering. */
export interface WorkerJob {
  abandon(error: WorkerTimeoutError): void;
}

/** What operators see of a worker. */
export interface WorkerStatus {
  readonly address: string;
  /** null until the worker has reported it. */
  readonly model: string | null;
  readonly state: WorkerState;
  /** Why it is not serving; empty where it is. */
  readonly reason: string;
  /** Streams and requests of this runtime on it. */
  readonly activeCalls: number;
}

/** One worker: its connection, its health, and the work that this runtime has given it. */
export class RemoteWorker {
  readonly client: WorkerClient;
  readonly #monitor: HealthMonitor;
  readonly #jobs = new Set<WorkerJob>();
  #given = 0;

  /** @param onChange called when the worker's state changes. */
  constructor(
    client: WorkerClient,
    clock: Clock,
    timing: HealthTiming,
    onChange: (worker: RemoteWorker) => void,
  ) {
    this.client = client;
    this.#monitor = new HealthMonitor(client, clock, timing, (state) => {
      if (state === 'silent') this.#abandonJobs();
      onChange(this);
    });
    this.#monitor.start();
  }

  get name(): string {
    return this.client.address.target;
  }

  get isServing(): boolean {
    return this.#monitor.state === 'serving';
  }

  /** The model that it serves; undefined until it has reported one, or when the name is not valid. */
  get model(): string | undefined {
    const name = this.#monitor.info?.modelName ?? '';
    return isModelName(name) ? name : undefined;
  }

  /** Whether it knows the protocol's fields from number 100 up. */
  get hasExtensions(): boolean {
    return this.#monitor.info?.metadata[healthKeys.extensions] !== undefined;
  }

  /** Decodes that it runs at the same time; 1 if it does not report it. */
  get slots(): number {
    const slots = Number(this.#monitor.info?.metadata[healthKeys.decodeSlots]) || 1;
    return Math.min(maxSlots, Math.max(1, Math.floor(slots)));
  }

  /** What its model can do on its machine; undefined if it does not report it. */
  get capacity(): Capacity | undefined {
    return capacityOfMetadata(this.#monitor.info?.metadata ?? {});
  }

  /** ISO 639-1 codes of its model's languages; undefined if it does not report them. */
  get languages(): readonly string[] | undefined {
    const codes = this.#monitor.info?.metadata[healthKeys.languages]?.split(',');
    return codes?.every((code) => /^[a-z]{2,3}$/.test(code)) ? codes : undefined;
  }

  /** Jobs per decode slot. */
  get load(): number {
    return this.#jobs.size / this.slots;
  }

  /** Jobs given since the start: of equally loaded workers, the one with fewer gets the next job. */
  get given(): number {
    return this.#given;
  }

  get status(): WorkerStatus {
    return {
      address: this.name,
      model: this.model ?? null,
      state: this.#monitor.state,
      reason: this.#monitor.reason,
      activeCalls: this.#jobs.size,
    };
  }

  /** Counts a job in until the returned function is called. */
  begin(job: WorkerJob): () => void {
    this.#jobs.add(job);
    this.#given++;
    return () => this.#jobs.delete(job);
  }

  openCall(): TranscribeCall {
    return this.client.transcribeStream();
  }

  /** A job found that it is gone or does not answer: it gets no other job until a health call is answered. */
  doubt(state: 'unreachable' | 'unknown', reason: string): void {
    this.#monitor.doubt(state, reason);
  }

  close(): void {
    this.#monitor.close();
    this.client.close();
  }

  #abandonJobs(): void {
    const error = new WorkerTimeoutError('the worker does not answer', { worker: this.name });
    for (const job of [...this.#jobs]) job.abandon(error);
  }
}
