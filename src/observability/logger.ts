import { isatty } from 'node:tty';
import { type Logger as PinoLogger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { LineSink } from './line-sink.ts';

/** pino's, which may know how many of its lines were lost. */
export type Logger = PinoLogger & { readonly linesLost?: number };

export interface LoggerOptions {
  readonly format: 'pretty' | 'json';
  /** pino's levels: trace, debug, info, warn, error, fatal, silent. */
  readonly level: string;
}

/** A logger that writes to stderr: stdout belongs to results. It waits neither for disks nor for readers. */
export function createLogger(options: LoggerOptions): Logger {
  const stderr = 2;
  const sink = new LineSink(stderr);
  const pretty = prettyFactory({
    colorize: isatty(stderr),
    translateTime: 'HH:MM:ss.l',
    ignore: 'pid,hostname',
  });
  const destination =
    options.format === 'json' ? sink : { write: (line: string) => sink.write(pretty(line)) };
  const log = pino({ level: options.level, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return Object.defineProperty(log, 'linesLost', { get: () => sink.linesLost });
}
