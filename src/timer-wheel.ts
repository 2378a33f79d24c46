import type { Clock } from './clock.ts';

/** What a wheel calls when its time has come. It is its own record: sessions are many, and each has one waiting. */
export interface WheelTimer {
  /** The wheel's note of when, for nobody else; 0 to begin with. */
  dueTick: number;
  /** @param lateMs time since the tick at which it was due: more than a tick where the process stood still. */
  fire(lateMs: number): void;
}

const bucketCount = 512;

/**
 * Timers for very many sessions at the cost of one: a hashed wheel that ticks while it holds anything.
 * Timers are late by up to two ticks, never early.
 *
 * Source: Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987).
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #buckets: readonly Set<WheelTimer>[] = Array.from(
    { length: bucketCount },
    () => new Set<WheelTimer>(),
  );
  readonly #startMs: number;
  #tick = 0;
  #size = 0;
  #cancelTick: (() => void) | undefined;

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#startMs = clock.nowMs();
  }

  /** Fires a timer once, after `delayMs` or a little more. It must not be set already. */
  set(timer: WheelTimer, delayMs: number): void {
    if (this.#size === 0) this.#tick = this.#tickOf(this.#clock.nowMs());
    timer.dueTick = this.#tickOf(this.#clock.nowMs() + delayMs) + 1;
    this.#bucketOf(timer.dueTick).add(timer);
    this.#size++;
    this.#arm();
  }

  /** Forgets a timer. Does nothing where it has fired or is forgotten already. */
  cancel(timer: WheelTimer): void {
    if (this.#bucketOf(timer.dueTick).delete(timer)) this.#size--;
  }

  /** Forgets every timer. */
  close(): void {
    for (const bucket of this.#buckets) bucket.clear();
    this.#size = 0;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  #arm(): void {
    this.#cancelTick ??= this.#clock.schedule(this.#tickMs, () => {
      this.#cancelTick = undefined;
      this.#advance();
      if (this.#size > 0) this.#arm();
    });
  }

  #advance(): void {
    const now = this.#tickOf(this.#clock.nowMs());
    // After a long stall every bucket is looked at once, not once a missed tick.
    const first = Math.max(this.#tick + 1, now - bucketCount + 1);
    for (let tick = first; tick <= now; tick++) this.#fire(this.#bucketOf(tick), now);
    this.#tick = Math.max(this.#tick, now);
  }

  #fire(bucket: Set<WheelTimer>, now: number): void {
    for (const timer of [...bucket]) {
      if (timer.dueTick > now || !bucket.delete(timer)) continue;
      this.#size--;
      timer.fire((now - timer.dueTick) * this.#tickMs);
    }
  }

  #tickOf(timeMs: number): number {
    return Math.floor((timeMs - this.#startMs) / this.#tickMs);
  }

  #bucketOf(tick: number): Set<WheelTimer> {
    const bucket = this.#buckets[tick % bucketCount];
    if (!bucket) throw new RangeError(`tick ${tick} lies before the wheel's start`);
    return bucket;
  }
}
