/**
 * Waits for what has been begun, but not after `signal` is aborted: it goes on then, and nobody hears how it ended.
 * @throws what `begun` throws; the signal's reason
 */
export async function unlessAborted<T>(begun: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([begun, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
