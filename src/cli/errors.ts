import { CommanderError } from 'commander';
import { ConfigError } from '../config/errors.ts';
import { EvalInputError } from '../eval/errors.ts';

/** The command was called in a way that cannot work. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** 0 fine, 1 runtime failure, 2 wrong usage. */
export function exitCodeOf(error: unknown): 0 | 1 | 2 {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const isUsage =
    error instanceof UsageError || error instanceof ConfigError || error instanceof EvalInputError;
  return isUsage ? 2 : 1;
}
