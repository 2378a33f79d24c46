import type { ServerConfig } from '../config/options.ts';
import { messageOf } from '../errors.ts';
import { createLogger, type Logger } from '../observability/logger.ts';
import { exitCodeOf } from './errors.ts';

/**
 * Runs a service with a log on stderr. Where that is JSON, it is all that stderr gets: Node's own warnings and what the
 * service fails with become lines of it, too.
 */
export async function runLogged(
  { logFormat, logLevel }: Pick<ServerConfig, 'logFormat' | 'logLevel'>,
  run: (log: Logger) => Promise<void>,
): Promise<void> {
  const log = createLogger({ format: logFormat, level: logLevel });
  if (logFormat === 'pretty') return run(log);
  process
    .removeAllListeners('warning')
    .on('warning', (warning) => log.warn({ err: warning }, warning.message));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, error.message);
    process.exit(1);
  });
  try {
    await run(log);
  } catch (error) {
    log.fatal({ err: error }, messageOf(error));
    process.exitCode = exitCodeOf(error);
  }
}
