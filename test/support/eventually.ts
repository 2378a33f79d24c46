import { vi } from 'vitest';

/**
 * Waits until a check holds, as long as a busy machine may need. Unlike `expect.poll` it belongs to no test, so that
 * helpers and concurrent tests can wait, too.
 * @throws what the check threw last
 */
export async function eventually<T>(
  read: () => T | Promise<T>,
  check: (value: T) => void,
  timeoutMs = 30_000,
): Promise<void> {
  await vi.waitFor(async () => check(await read()), { timeout: timeoutMs, interval: 20 });
}
