import type { Clock } from '../../clock.ts';

/** How long the input of one socket is processed before the others get their turn, in ms. */
const sliceMs = 2;
/** How long waiting input of all sockets is processed in one turn of the event loop, in ms. */
const turnMs = 4;

/** A socket whose input may wait. */
export interface TurnTaker {
  /** Processes input while `hasTime()`, at least one piece. @returns whether some is left. */
  work(hasTime: () => boolean): boolean;
}

/** Until when a socket may process input at once, in one turn of the event loop. */
export interface Slice {
  readonly turn: number;
  readonly untilMs: number;
}

/** The slice of a socket that has processed no input yet. */
export const noSlice: Slice = { turn: -1, untilMs: 0 };

/**
 * Shares the event loop among the sockets. uWebSockets.js hands over all messages that it has read from a socket in one
 * go, and cannot be paused: half a megabyte of commands would make all other sockets wait. So a socket's messages are
 * processed at once only during its slice of a turn of the loop. The rest waits, and sockets take turns with it.
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

  /** Lets a socket process its waiting input in the next turns, until none is left. */
  wait(taker: TurnTaker): void {
    this.#waiting.add(taker);
    this.#arm();
  }

  /** Takes a socket out of the turns. */
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
    // A socket with more input is added again, behind the others.
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
