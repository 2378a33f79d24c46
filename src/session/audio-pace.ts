import type { Clock } from '../clock.ts';
import { sampleRateHz } from '../native.ts';
import { allowedSpeed, windowMs } from './ingest-meter.ts';

/** The most audio that may pass at once: what the limit allows in its whole window, so that ordinary jitter passes. */
const mostCreditSamples = (allowedSpeed * windowMs * sampleRateHz) / 1000;
const creditPerMs = (allowedSpeed * sampleRateHz) / 1000;

interface Step {
  readonly samples: number;
  readonly act: () => void;
}

/**
 * Holds a session's audio to the speed that `IngestMeter` allows. Audio that comes faster waits here, so that nobody
 * gets more of the machine by sending faster. Commands that come between two pieces of audio keep their place.
 */
export class AudioPace {
  readonly #clock: Clock;
  readonly #waiting: Step[] = [];
  #waitingSamples = 0;
  #waitingCommands = 0;
  #creditSamples = mostCreditSamples;
  #creditAtMs: number;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#creditAtMs = clock.nowMs();
  }

  /** Audio that is held, in samples at 16 kHz. */
  get waitingSamples(): number {
    return this.#waitingSamples;
  }

  /** Commands that wait behind held audio. */
  get waitingCommands(): number {
    return this.#waitingCommands;
  }

  /** Calls `act` for a piece of audio: at once, or as soon as the speed allows it. */
  pass(samples: number, act: () => void): void {
    this.#waitingSamples += samples;
    if (samples === 0) this.#waitingCommands++;
    this.#waiting.push({ samples, act });
    if (!this.#cancelTimer) this.#advance();
  }

  /** Calls `act` when all audio before it has passed. Does nothing if the same function waits there already. */
  follow(act: () => void): void {
    if (this.#waiting.at(-1)?.act !== act) this.pass(0, act);
  }

  /** Passes everything that waits: the audio has ended. */
  release(): void {
    this.#creditSamples = Number.POSITIVE_INFINITY;
    this.#stopTimer();
    this.#advance();
  }

  /** Forgets what waits. Idempotent. */
  close(): void {
    this.#stopTimer();
    this.#waiting.length = 0;
    this.#waitingSamples = 0;
    this.#waitingCommands = 0;
  }

  #advance(): void {
    const nowMs = this.#clock.nowMs();
    const earned = (nowMs - this.#creditAtMs) * creditPerMs;
    this.#creditAtMs = nowMs;
    this.#creditSamples = Math.max(
      this.#creditSamples,
      Math.min(mostCreditSamples, this.#creditSamples + earned),
    );
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const missing = next.samples - this.#creditSamples;
      if (missing > 0) {
        this.#cancelTimer = this.#clock.schedule(Math.ceil(missing / creditPerMs), () => {
          this.#cancelTimer = undefined;
          this.#advance();
        });
        return;
      }
      this.#waiting.shift();
      this.#waitingSamples -= next.samples;
      if (next.samples === 0) this.#waitingCommands--;
      this.#creditSamples -= next.samples;
      next.act();
    }
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
