/** Time as the runtime sees it; injected wherever time matters, so that tests turn the hands themselves. */
export interface Clock {
  /** Monotonic milliseconds; only differences mean anything. */
  nowMs(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** A moment for an object to keep: small integers lie in the object itself, a fraction is an object of its own. */
export function wholeMs(nowMs: number): number {
  return Math.ceil(nowMs);
}

/** The machine's monotonic clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The same, with timers that keep the process alive: for what a command waits for itself. */
export const commandClock: Clock = {
  nowMs: systemClock.nowMs,
  schedule: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
