import type { Clock } from '../../clock.ts';

/** How long the input of one socket is worked off before others have their turn, ms. */
const sliceMs = 2;
/** How long all input that had to wait is worked off in one turn of the event loop, ms. */
const turnMs = 4;

/** Somebody whose input waits. */
export interface TurnTaker {
  /** Works input off as long as `hasTime`; at least one piece of it. @returns whether some is left. */
  work(hasTime: () => boolean): boolean;
}

/** When a taker may work, in this turn of the event loop. */
export interface Slice {
  readonly turn: number;
  readonly untilMs: number;
}

/** For those who have not worked yet. */
export const noSlice: Slice = { turn: -1, untilMs: 0 };

/**
 * Shares the event loop among the sockets. uWebSockets.js hands over all messages that it has read from a socket in one
 * go, and cannot be told to pause: half a megabyte of commands would keep everybody else waiting. So a socket's messages
 * are obeyed at once only for its slice of a turn of the loop; those that have to wait are worked off in turns.
 */
export class InputTurns {
  readonly #clock: Clock;
  readonly #defer: (task: () => void) => void;
  readonly #waiting = new Set<TurnTaker>();
  #turn = 0;
  #isDeferred = false;

  /** @param defer runs a task in the next turn of the event loop, after what has come in meanwhile. */
  constructor(clock: Clock, defer: (task: () => void) => void = setImmediate) {
    this.#clock = clock;
    this.#defer = defer;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** @returns `slice` while it lasts, a new one in a new turn, and undefined when the turn's slice is used up. */
  continue(slice: Slice): Slice | undefined {
    const nowMs = this.#clock.nowMs();
    if (slice.turn === this.#turn) return nowMs < slice.untilMs ? slice : undefined;
    this.#arm();
    return { turn: this.#turn, untilMs: nowMs + sliceMs };
  }

  /** Has a taker work in the turns to come, until nothing of it is left. */
  wait(taker: TurnTaker): void {
    this.#waiting.add(taker);
    this.#arm();
  }

  /** Forgets a taker. */
  leave(taker: TurnTaker): void {
    this.#waiting.delete(taker);
  }

  #arm(): void {
    if (this.#isDeferred) return;
    this.#isDeferred = true;
    this.#defer(() => this.#begin());
  }

  #begin(): void {
    this.#isDeferred = false;
    this.#turn++;
    const endMs = this.#clock.nowMs() + turnMs;
    // Who has more is added again, behind the others.
    for (const taker of this.#waiting) {
      const nowMs = this.#clock.nowMs();
      if (nowMs >= endMs) break;
      const untilMs = Math.min(nowMs + sliceMs, endMs);
      this.#waiting.delete(taker);
      if (taker.work(() => this.#clock.nowMs() < untilMs)) this.#waiting.add(taker);
    }
    if (this.#waiting.size > 0) this.#arm();
  }
}
