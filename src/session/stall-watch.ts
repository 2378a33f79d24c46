import type { Clock } from '../clock.ts';
import type { TimerWheel, WheelTimer } from '../timer-wheel.ts';

/** A network delays audio by less than this. */
const minStallMs = 1000;
/** Messages that come within this time are one piece: a client may send each second's audio in many small messages. */
const pieceMs = 100;
/**
 * Some clients stream in pieces of a second or two. Such a stream is recognized by a piece that is about as long as the
 * time since the one before. After a longer time the last piece may have been all that was said.
 */
const longestPieceMs = 2500;
const leastPace = 0.75;
/** The next piece may take this many times as long as the last one took. */
const lateness = 1.5;

export interface StallWatchParts {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  /** How long audio has to be missing at least, in ms; asked for anew each time. */
  readonly patienceMs: () => number;
  /** No audio has come for that long; called once until audio comes again. */
  readonly onStall: () => void;
}

/**
 * Notices that audio has stopped coming, as it does when a talk button is let go or when a client sends nothing but
 * speech. Audio does not move the timer, which would be costly with many sessions: when the timer is due, it looks how
 * long ago audio last came.
 */
export class StallWatch implements WheelTimer {
  dueTick = 0;
  readonly #parts: StallWatchParts;
  #lastAudioAtMs = 0;
  #pieceAtMs = Number.NEGATIVE_INFINITY;
  #pieceAudioMs = 0;
  /** Time from the beginning of the piece before to the beginning of this one. */
  #sincePieceBeforeMs = Number.POSITIVE_INFINITY;
  #state: 'idle' | 'waiting' | 'looking_again' | 'closed' = 'idle';

  constructor(parts: StallWatchParts) {
    this.#parts = parts;
  }

  /** Audio has come in. */
  noteAudio(audioMs: number, nowMs: number): void {
    if (nowMs - this.#pieceAtMs >= pieceMs) {
      this.#sincePieceBeforeMs = nowMs - this.#pieceAtMs;
      this.#pieceAtMs = nowMs;
      this.#pieceAudioMs = 0;
    }
    this.#pieceAudioMs += audioMs;
    this.#lastAudioAtMs = nowMs;
    if (this.#state === 'idle') this.#wait(this.#stallMs());
  }

  /** Stops watching. Idempotent. */
  close(): void {
    this.#state = 'closed';
    this.#parts.wheel.cancel(this);
  }

  fire(lateMs: number): void {
    const leftMs = this.#lastAudioAtMs + this.#stallMs() - this.#parts.clock.nowMs();
    if (leftMs > 0) {
      this.#wait(leftMs);
    } else if (lateMs > 0 && this.#state === 'waiting') {
      // The process was busy: audio that came in meanwhile has to be read first.
      this.#wait(0);
      this.#state = 'looking_again';
    } else {
      this.#state = 'idle';
      this.#parts.onStall();
    }
  }

  #wait(delayMs: number): void {
    this.#state = 'waiting';
    this.#parts.wheel.set(this, delayMs);
  }

  #stallMs(): number {
    const isPiecewise =
      this.#sincePieceBeforeMs <= longestPieceMs &&
      this.#pieceAudioMs >= leastPace * this.#sincePieceBeforeMs;
    const usualMs = isPiecewise ? lateness * this.#sincePieceBeforeMs : 0;
    return Math.max(minStallMs, this.#parts.patienceMs(), usualMs);
  }
}
