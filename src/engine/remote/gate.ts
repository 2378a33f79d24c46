interface Waiter {
  readonly places: number;
  readonly enter: () => void;
}

/** Lets so many in at a time; the others wait in order. Somebody who takes more places than there are enters alone. */
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
   * @param places that one takes.
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
        // It may have stood before smaller ones.
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
