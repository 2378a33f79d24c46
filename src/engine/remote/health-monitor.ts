import { type ClientReadableStream, type ServiceError, status } from '@grpc/grpc-js';
import type { Clock } from '../../clock.ts';
import type { HealthResponse } from './wire.ts';

export type HealthWatch = Pick<ClientReadableStream<{ readonly status: string }>, 'on' | 'cancel'>;

/** What a worker's client offers for watching its health. */
export interface HealthSource {
  /** @throws ServiceError */
  health(timeoutMs: number): Promise<HealthResponse>;
  /** What `grpc.health.v1` says, as it changes. */
  watchHealth(): HealthWatch;
  /** Gives the connection up and makes a new one. */
  reconnect(): void;
}

export interface HealthTiming {
  /** Between two health calls to a worker that answers. */
  readonly intervalMs: number;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  /** Between two health calls to a worker that does not serve. */
  readonly retryMs: number;
}

export const defaultHealthTiming: HealthTiming = { intervalMs: 2_000, timeoutMs: 2_000, retryMs: 250 };

/** `silent`: the connection stands, but nobody answers on it. `refused`: it answers that it takes no work. */
export type WorkerState = 'unknown' | 'serving' | 'refused' | 'unreachable' | 'silent';

/** Unanswered health calls in a row that make a worker `silent`. From the first on, it gets no new work. */
const missesUntilSilent = 2;
/**
 * A new connection is made after this many unanswered health calls, and again after as many more. TCP retries a broken
 * connection ever more rarely: after a long break, the old one would take as long again to work.
 */
const missesUntilReconnect = 4;

/**
 * Knows whether a worker takes work. It calls the worker's own Health method, which every worker has and which shows
 * whether the worker hangs. It also watches `grpc.health.v1`, where the worker has it, to learn of a shutdown at once.
 */
export class HealthMonitor {
  readonly #client: HealthSource;
  readonly #clock: Clock;
  readonly #timing: HealthTiming;
  readonly #onChange: (state: WorkerState, previous: WorkerState) => void;
  #state: WorkerState = 'unknown';
  #reason = 'not asked yet';
  #info: HealthResponse | undefined;
  #misses = 0;
  /** Number of the newest health call: the answer to an older one is ignored. */
  #round = 0;
  /** The health call after `doubt` has not been answered yet. */
  #isDoubted = false;
  #cancelTimer: (() => void) | undefined;
  #watch: HealthWatch | undefined;
  #isWatchable = true;
  #isClosed = false;

  constructor(
    client: HealthSource,
    clock: Clock,
    timing: HealthTiming,
    onChange: (state: WorkerState, previous: WorkerState) => void,
  ) {
    this.#client = client;
    this.#clock = clock;
    this.#timing = timing;
    this.#onChange = onChange;
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** Why it is not serving. */
  get reason(): string {
    return this.#reason;
  }

  /** What the worker last said about itself. */
  get info(): HealthResponse | undefined {
    return this.#info;
  }

  start(): void {
    void this.#ask();
  }

  /** Something went wrong with the worker: it gets no work until it has answered again. */
  doubt(state: 'unreachable' | 'unknown', reason: string): void {
    // Many jobs may notice the same loss: one health call is enough for all.
    if (this.#isClosed || (this.#isDoubted && this.#state === state)) return;
    this.#isDoubted = true;
    this.#set(state, reason);
    void this.#ask();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#watch?.cancel();
  }

  async #ask(): Promise<void> {
    const round = ++this.#round;
    this.#cancelTimer?.();
    const isStale = (): boolean => this.#isClosed || round !== this.#round;
    try {
      const info = await this.#client.health(this.#timing.timeoutMs);
      if (isStale()) return;
      this.#misses = 0;
      this.#isDoubted = false;
      this.#info = info;
      if (info.status === 'ok') this.#set('serving', '');
      else this.#set('refused', `says "${info.metadata.state ?? info.status}"`);
      this.#startWatch();
      this.#askIn(info.status === 'ok' ? this.#timing.intervalMs : this.#timing.retryMs);
    } catch (error) {
      if (isStale()) return;
      this.#isDoubted = false;
      this.#miss(error as ServiceError);
    }
  }

  #miss(error: ServiceError): void {
    const reason = error.details || error.message;
    if (error.code !== status.DEADLINE_EXCEEDED) {
      this.#set('unreachable', reason);
    } else {
      this.#misses++;
      // A call also times out while the connection is still being made.
      if (this.#misses >= missesUntilSilent) this.#set('silent', reason);
      else this.#set('unknown', reason);
      if (this.#misses % missesUntilReconnect === 0) {
        this.#watch?.cancel();
        this.#watch = undefined;
        this.#client.reconnect();
      }
    }
    this.#askIn(this.#timing.retryMs);
  }

  #askIn(delayMs: number): void {
    this.#cancelTimer = this.#clock.schedule(delayMs, () => void this.#ask());
  }

  #startWatch(): void {
    if (this.#watch || !this.#isWatchable) return;
    const watch = this.#client.watchHealth();
    this.#watch = watch;
    watch.on('data', (answer: { readonly status: string }) => {
      const isServing = answer.status !== 'NOT_SERVING';
      if (!isServing) this.#set('refused', 'says "NOT_SERVING"');
      // The answer to a health call that is under way may be out of date.
      if (!isServing || this.#state === 'refused') void this.#ask();
    });
    watch.on('error', (error: ServiceError) => {
      if (error.code === status.UNIMPLEMENTED) this.#isWatchable = false;
    });
    watch.on('end', () => {
      if (this.#watch !== watch) return;
      this.#watch = undefined;
      if (this.#isWatchable && this.#state === 'serving') {
        this.doubt('unreachable', 'the connection was lost');
      }
    });
  }

  #set(state: WorkerState, reason: string): void {
    const previous = this.#state;
    this.#state = state;
    this.#reason = reason;
    if (state !== previous && !this.#isClosed) this.#onChange(state, previous);
  }
}
