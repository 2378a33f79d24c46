type Close = () => unknown;

/** What has been opened, and how each of it is closed. */
export class Opened {
  readonly #closers: Close[] = [];
  #closing: Promise<void> | undefined;

  /** @param close may take its time, and may fail without keeping the others from being closed. */
  add(close: Close): void {
    this.#closers.push(close);
  }

  /** Closes everything, one after the other, the last first. Idempotent. @throws the first error, after all of it */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    const errors: unknown[] = [];
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}

/**
 * Takes steps that open things which need each other. Whatever step fails, what was opened before it is closed.
 * @param steps have to add to `opened` whatever they open, at once; their result closes it by `opened.close()`.
 * @throws the error of the step
 */
export async function openTogether<T>(steps: (opened: Opened) => Promise<T>): Promise<T> {
  const opened = new Opened();
  try {
    return await steps(opened);
  } catch (error) {
    // Why it could not be opened says more than what went wrong afterwards.
    await opened.close().catch(() => {});
    throw error;
  }
}
