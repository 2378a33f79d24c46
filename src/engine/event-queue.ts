/**
 * A queue between one producer and one consumer, read by async iteration. A value may replace the newest waiting one,
 * so that a slow consumer does not read outdated values.
 */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  /** @param supersedes tells whether `next` makes the waiting value `previous` pointless. */
  readonly #supersedes: (previous: T, next: T) => boolean;

  constructor(supersedes: (previous: T, next: T) => boolean = () => false) {
    this.#supersedes = supersedes;
  }

  /** Appends a value; ignored after `end`. */
  push(value: T): void {
    if (this.#ended) return;
    const newest = this.#waiting.at(-1);
    if (newest !== undefined && this.#supersedes(newest, value)) this.#waiting.pop();
    this.#waiting.push(value);
    this.#wake?.();
  }

  /** No more values; what waits is still read, unless `discard`. Idempotent. */
  end({ discard = false }: { discard?: boolean } = {}): void {
    this.#ended = true;
    if (discard) this.#waiting.length = 0;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T, void, undefined> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        yield next;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
