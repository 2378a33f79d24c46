import type { Clock } from '../../clock.ts';
import type { TimerWheel, WheelTimer } from '../../timer-wheel.ts';

/** A timer that is later than this tells that the process stood still: what came in meanwhile has to be read first. */
const standstillMs = 1000;

export interface LivenessOptions {
  readonly heartbeatIntervalMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly inactivityTimeoutMs: number;
}

export interface LivenessHandlers {
  ping(): void;
  onHeartbeatTimeout(): void;
  onInactive(): void;
  /** When audio last came in. */
  readonly lastAudioAtMs: number;
}

/**
 * Watches over one session: pings it, and notices when no pong or no audio comes any more. Pongs and audio come often
 * and sessions are many: there is one timer a session, which nothing moves; it looks back when it is due.
 */
export class Liveness {
  readonly #wheel: TimerWheel;
  readonly #clock: Clock;
  readonly #options: LivenessOptions;
  readonly #handlers: LivenessHandlers;
  /** When the ping was sent that waits for its pong, or else when the last pong came. */
  #beatAtMs: number;
  #awaitsPong = false;
  #isInactive = false;
  #isClosed = false;
  #dueAtMs = 0;
  #timer: WheelTimer;

  constructor(wheel: TimerWheel, clock: Clock, options: LivenessOptions, handlers: LivenessHandlers) {
    this.#wheel = wheel;
    this.#clock = clock;
    this.#options = options;
    this.#handlers = handlers;
    this.#beatAtMs = clock.nowMs();
    this.#timer = this.#schedule(this.#beatAtMs, this.#nextAtMs());
  }

  /** A pong has come in. */
  pong(): void {
    this.#awaitsPong = false;
    this.#beatAtMs = this.#clock.nowMs();
  }

  /** Stops watching. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#wheel.cancel(this.#timer);
  }

  #check(): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#dueAtMs > standstillMs) {
      this.#timer = this.#schedule(nowMs, nowMs);
      return;
    }
    if (!this.#isInactive && nowMs >= this.#inactiveAtMs()) {
      this.#isInactive = true;
      this.#handlers.onInactive();
    }
    if (!this.#isClosed && nowMs >= this.#nextBeatAtMs() && !this.#beat(nowMs)) return;
    if (!this.#isClosed) this.#timer = this.#schedule(nowMs, this.#nextAtMs());
  }

  /** Pings, or gives up where the last ping was not answered. @returns whether to go on */
  #beat(nowMs: number): boolean {
    if (this.#awaitsPong) {
      this.#handlers.onHeartbeatTimeout();
      return false;
    }
    this.#awaitsPong = true;
    this.#beatAtMs = nowMs;
    this.#handlers.ping();
    return true;
  }

  #schedule(nowMs: number, dueAtMs: number): WheelTimer {
    this.#dueAtMs = Math.max(nowMs, dueAtMs);
    return this.#wheel.after(this.#dueAtMs - nowMs, () => this.#check());
  }

  #nextAtMs(): number {
    return this.#isInactive ? this.#nextBeatAtMs() : Math.min(this.#nextBeatAtMs(), this.#inactiveAtMs());
  }

  #nextBeatAtMs(): number {
    const { heartbeatIntervalMs, heartbeatTimeoutMs } = this.#options;
    return this.#beatAtMs + (this.#awaitsPong ? heartbeatTimeoutMs : heartbeatIntervalMs);
  }

  #inactiveAtMs(): number {
    return this.#handlers.lastAudioAtMs + this.#options.inactivityTimeoutMs;
  }
}
