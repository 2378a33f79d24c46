import { LineSink } from '../observability/line-sink.ts';
import type { Logger } from '../observability/logger.ts';

/** Something that runs until it is told to end. */
export interface Service {
  /** Where it listens. */
  readonly address: string;
  /** Lines to print below the address. */
  readonly notes?: readonly string[];
  close(): Promise<void>;
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Opens a service, says on stdout where it listens, and closes it at the first signal to end; a second one ends the
 * process at once.
 * @param open is told by its signal to give up; then it throws the signal's reason, with everything closed.
 * @param closing what happens while it closes, for the log.
 */
export async function runService(
  open: (signal: AbortSignal) => Promise<Service>,
  log: Logger,
  closing: string,
): Promise<void> {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(1);
    log.info(`${signal}: ${closing}`);
    stop.abort();
  };
  for (const signal of endingSignals) process.on(signal, onSignal);
  // A stdout that nobody reads must not keep the service from running or ending.
  const stdout = new LineSink(1);
  try {
    const service = await open(stop.signal);
    stdout.write(`listening on ${service.address}\n`);
    for (const note of service.notes ?? []) stdout.write(`${note}\n`);
    if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
    await service.close();
  } catch (error) {
    if (error !== stop.signal.reason) throw error;
    log.info('ended before it was ready');
  } finally {
    stdout.close();
    for (const signal of endingSignals) process.off(signal, onSignal);
  }
}
