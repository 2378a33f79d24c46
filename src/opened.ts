type Close = () => unknown;

/** A list of what has been opened, with the function that closes each. */
export class Opened {
  readonly #closers: Close[] = [];
  #closing: Promise<void> | undefined;

  /** @param close may be async. If it fails, the others are closed all the same. */
  add(close: Close): void {
    this.#closers.push(close);
  }

  /** Closes everything, one after the other, the last first. Idempotent. @throws the first error, when all are closed */
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
 * Opens things that need each other. If a step fails, everything opened before it is closed.
 * @param steps add everything to `opened` right after opening it. Their result closes it all by `opened.close()`.
 * @throws the error of the step
 */
export async function openTogether<T>(steps: (opened: Opened) => Promise<T>): Promise<T> {
  const opened = new Opened();
  try {
    return await steps(opened);
  } catch (error) {
    // The error of the step matters more than one while closing.
    await opened.close().catch(() => {});
    throw error;
  }
}
