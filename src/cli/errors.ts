import { CommanderError } from 'commander';
import { AudioFileError } from '../audio/errors.ts';
import { ConfigError } from '../config/errors.ts';
import { TheoError, type TheoErrorOptions } from '../errors.ts';
import { EvalInputError } from '../eval/errors.ts';
import { ModelError, type ModelErrorCode } from '../models/errors.ts';

/** The command was called in a way that cannot work. */
export class UsageError extends TheoError<'usage'> {
  override readonly name = 'UsageError';

  constructor(message: string, options: TheoErrorOptions = {}) {
    super('usage', message, options);
  }
}

/** What is wrong with the command rather than with a model. */
const usageCodes: readonly ModelErrorCode[] = [
  'model_not_found',
  'model_embedded',
  'not_in_catalogue',
  'target_exists',
];

/** 0 fine, 1 runtime failure, 2 wrong usage. */
export function exitCodeOf(error: unknown): 0 | 1 | 2 {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const isUsage =
    error instanceof UsageError ||
    error instanceof ConfigError ||
    error instanceof EvalInputError ||
    (error instanceof AudioFileError && error.code === 'unreadable') ||
    (error instanceof ModelError && usageCodes.includes(error.code));
  return isUsage ? 2 : 1;
}
