interface Waiter {
  readonly places: number;
  readonly enter: () => void;
}

/** Limits how many callers are inside at a time; others wait in order. One that needs more than all enters alone. */
export class Gate {
  readonly #limit: () => number;
  readonly #waiting = new Set<Waiter>();
  #inside = 0;

  /** @param limit how many places there are, asked anew each time; below one counts as one. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  /**
   * Waits for the caller's turn. @returns the function to call on leaving.
   * @param places how many the caller takes.
   * @throws the signal's reason when it aborts before
   */
  async enter(signal: AbortSignal, places = 1): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#waiting.size > 0 || !this.#hasRoomFor(places)) await this.#turn(signal, places);
    else this.#inside += places;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#inside -= places;
      this.#admit();
    };
  }

  #turn(signal: AbortSignal, places: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        places,
        enter: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      const abort = (): void => {
        this.#waiting.delete(waiter);
        reject(signal.reason);
        // Smaller ones may have waited behind this one.
        this.#admit();
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiter);
    });
  }

  #admit(): void {
    for (const waiter of this.#waiting) {
      if (!this.#hasRoomFor(waiter.places)) return;
      this.#waiting.delete(waiter);
      this.#inside += waiter.places;
      waiter.enter();
    }
  }

  #hasRoomFor(places: number): boolean {
    return this.#inside === 0 || this.#inside + places <= Math.max(1, this.#limit());
  }
}
