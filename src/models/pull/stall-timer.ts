import type { Clock } from '../../clock.ts';

/** Ends what waits for the other side for too long. */
export class StallTimer {
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  #cancel: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborted when a wait has become too long. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A wait begins; one that went on ends. */
  start(limitMs: number): void {
    this.stop();
    this.#cancel = this.#clock.schedule(limitMs, () => this.#controller.abort());
  }

  /** The wait is over. */
  stop(): void {
    this.#cancel();
    this.#cancel = () => {};
  }
}
