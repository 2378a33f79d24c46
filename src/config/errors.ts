import { TheoError } from '../errors.ts';

export type ConfigErrorCode = 'invalid_value' | 'unknown_key' | 'unreadable_file' | 'conflict';

/** A setting that cannot be used; the message names the flag, variable or file and key that it came from. */
export class ConfigError extends TheoError<ConfigErrorCode> {
  override readonly name = 'ConfigError';
}
