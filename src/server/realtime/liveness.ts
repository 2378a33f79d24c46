import { type Clock, wholeMs } from '../../clock.ts';
import type { TimerWheel, WheelTimer } from '../../timer-wheel.ts';

/** If a timer is later than this, the process stood still: what came in meanwhile has to be read first. */
const standstillMs = 1000;

export interface LivenessOptions {
  readonly heartbeatIntervalMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly inactivityTimeoutMs: number;
}

/** What all sessions' watches share. */
export interface LivenessParts {
  readonly wheel: TimerWheel;
  readonly clock: Clock;
  readonly options: LivenessOptions;
}

export interface LivenessHandlers {
  ping(): void;
  onHeartbeatTimeout(): void;
  onInactive(): void;
  /** When audio last came in. */
  readonly lastAudioAtMs: number;
}

/**
 * Watches one session: sends pings, and notices when no pong or no audio comes any more. Pongs and audio do not move
 * the session's timer, which would be costly with many sessions: when it is due, it looks when they last came.
 */
export class Liveness implements WheelTimer {
  dueTick = 0;
  readonly #parts: LivenessParts;
  readonly #handlers: LivenessHandlers;
  /** When the last ping was sent if its pong is missing, else when the last pong came. */
  #beatAtMs: number;
  #heart: 'calm' | 'awaits_pong' | 'stopped' = 'calm';
  #isInactive = false;

  constructor(parts: LivenessParts, handlers: LivenessHandlers) {
    this.#parts = parts;
    this.#handlers = handlers;
    this.#beatAtMs = wholeMs(parts.clock.nowMs());
    this.#schedule(this.#beatAtMs);
  }

  /** A pong has come in. */
  pong(): void {
    if (this.#heart === 'stopped') return;
    this.#heart = 'calm';
    this.#beatAtMs = wholeMs(this.#parts.clock.nowMs());
  }

  /** Stops watching. Idempotent. */
  close(): void {
    this.#heart = 'stopped';
    this.#parts.wheel.cancel(this);
  }

  fire(lateMs: number): void {
    if (lateMs > standstillMs) {
      this.#parts.wheel.set(this, 0);
      return;
    }
    const nowMs = this.#parts.clock.nowMs();
    if (!this.#isInactive && nowMs >= this.#inactiveAtMs()) {
      this.#isInactive = true;
      this.#handlers.onInactive();
    }
    if (nowMs >= this.#nextBeatAtMs()) this.#beat(nowMs);
    this.#schedule(nowMs);
  }

  /** Pings, or gives up where the last ping was not answered. */
  #beat(nowMs: number): void {
    if (this.#heart === 'calm') {
      this.#heart = 'awaits_pong';
      this.#beatAtMs = wholeMs(nowMs);
      this.#handlers.ping();
    } else if (this.#heart === 'awaits_pong') {
      this.#heart = 'stopped';
      this.#handlers.onHeartbeatTimeout();
    }
  }

  #schedule(nowMs: number): void {
    if (this.#heart === 'stopped') return;
    const beatAtMs = this.#nextBeatAtMs();
    const dueAtMs = this.#isInactive ? beatAtMs : Math.min(beatAtMs, this.#inactiveAtMs());
    this.#parts.wheel.set(this, Math.max(0, dueAtMs - nowMs));
  }

  #nextBeatAtMs(): number {
    const { heartbeatIntervalMs, heartbeatTimeoutMs } = this.#parts.options;
    return this.#beatAtMs + (this.#heart === 'awaits_pong' ? heartbeatTimeoutMs : heartbeatIntervalMs);
  }

  #inactiveAtMs(): number {
    return this.#handlers.lastAudioAtMs + this.#parts.options.inactivityTimeoutMs;
  }
}
