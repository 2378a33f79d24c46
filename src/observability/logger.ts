import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly format: 'pretty' | 'json';
  /** pino's levels: trace, debug, info, warn, error, fatal, silent. */
  readonly level: string;
}

/** A logger that writes to stderr: stdout belongs to results. */
export function createLogger(options: LoggerOptions): Logger {
  const stderr = 2;
  const destination: DestinationStream =
    options.format === 'json'
      ? pino.destination(stderr)
      : pretty({
          destination: stderr,
          colorize: process.stderr.isTTY,
          translateTime: 'HH:MM:ss.l',
          ignore: 'pid,hostname',
        });
  return pino({ level: options.level, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
