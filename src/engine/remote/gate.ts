interface Waiter {
  readonly enter: () => void;
}

/** Lets so many in at a time; the others wait in order. */
export class Gate {
  readonly #limit: () => number;
  readonly #waiting = new Set<Waiter>();
  #inside = 0;

  /** @param limit asked whenever somebody comes or goes; below one counts as one. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /**
   * Resolves when it is one's turn, with the function to call when one goes.
   * @throws the signal's reason when it aborts before
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#waiting.size > 0 || this.#inside >= this.#places()) await this.#turn(signal);
    else this.#inside++;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#inside--;
      this.#admit();
    };
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        enter: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      const abort = (): void => {
        this.#waiting.delete(waiter);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiter);
    });
  }

  #admit(): void {
    for (const waiter of this.#waiting) {
      if (this.#inside >= this.#places()) return;
      this.#waiting.delete(waiter);
      this.#inside++;
      waiter.enter();
    }
  }

  #places(): number {
    return Math.max(1, this.#limit());
  }
}
