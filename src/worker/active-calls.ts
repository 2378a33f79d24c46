/** The calls that a worker serves now, by the ids that their callers gave them. */
export class ActiveCalls {
  readonly #calls = new Set<ActiveCall>();
  readonly #onEmpty = new Set<() => void>();

  get size(): number {
    return this.#calls.size;
  }

  get ids(): readonly string[] {
    return [...this.#calls].map((call) => call.id);
  }

  /** Counts a call in until the returned function is called. */
  add(call: ActiveCall): () => void {
    this.#calls.add(call);
    return () => {
      this.#calls.delete(call);
      if (this.#calls.size === 0) for (const resolve of this.#onEmpty) resolve();
    };
  }

  /** Cancels the calls that have `id`. @returns whether there was one. */
  cancel(id: string): boolean {
    const matching = [...this.#calls].filter((call) => id !== '' && call.id === id);
    for (const call of matching) call.cancel();
    return matching.length > 0;
  }

  /** Resolves when no call is served any more. */
  async empty(): Promise<void> {
    if (this.#calls.size === 0) return;
    await new Promise<void>((resolve) => this.#onEmpty.add(resolve));
  }
}

export interface ActiveCall {
  /** Request or session id; empty until it is known. */
  readonly id: string;
  cancel(): void;
}
