import type { Clock } from '../../clock.ts';
import { interrupted } from './errors.ts';

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

/**
 * How long to wait after so many failures in a row, ms: 1, 2, 4 s and so on to a minute, less up to a half by chance, so
 * that many who were cut off at once do not come back at once.
 * @param failures - at least 1
 * @param random - within [0, 1)
 */
export function backOffMs(failures: number, random: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
  return full * (1 - random / 2);
}

/** Waits. @throws PullError `interrupted` as soon as the signal says so */
export async function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw interrupted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(interrupted());
    };
    const cancel = clock.schedule(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}
