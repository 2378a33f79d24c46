import type { ServerEvent } from '../protocol/events.ts';
import type { TheoClientError } from './errors.ts';

type Ending = { readonly error: TheoClientError | undefined };

interface Waiter {
  resolve(result: IteratorResult<ServerEvent>): void;
  reject(error: TheoClientError): void;
}

/** Events on their way from the socket to whoever iterates over them. Holds a bounded number. */
export class UnreadEvents implements AsyncIterable<ServerEvent> {
  readonly #limit: number;
  #events: ServerEvent[] = [];
  #waiters: Waiter[] = [];
  #ending: Ending | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Appends an event; of a full queue the oldest partial goes.
   * @returns false where there is no partial to drop, and the event does not fit.
   */
  push(event: ServerEvent): boolean {
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter.resolve({ done: false, value: event });
      return true;
    }
    if (this.#events.length >= this.#limit) {
      const partial = this.#events.findIndex(({ type }) => type === 'transcript.partial');
      if (partial === -1) return false;
      this.#events.splice(partial, 1);
    }
    this.#events.push(event);
    return true;
  }

  /** No event follows. What is queued can still be read; then the iteration ends, or fails with `error`. */
  end(error?: TheoClientError): void {
    if (this.#ending !== undefined) return;
    this.#ending = { error };
    for (const waiter of this.#waiters.splice(0)) settle(waiter, this.#ending);
  }

  [Symbol.asyncIterator](): AsyncIterator<ServerEvent> {
    return {
      next: () =>
        new Promise((resolve, reject) => {
          const event = this.#events.shift();
          if (event !== undefined) resolve({ done: false, value: event });
          else if (this.#ending !== undefined) settle({ resolve, reject }, this.#ending);
          else this.#waiters.push({ resolve, reject });
        }),
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
  }
}

function settle(waiter: Waiter, { error }: Ending): void {
  if (error === undefined) waiter.resolve({ done: true, value: undefined });
  else waiter.reject(error);
}
