export type ConfigErrorCode = 'invalid_value' | 'unknown_key' | 'unreadable_file' | 'conflict';

/** A setting that cannot be used; the message names the flag, variable or file and key that it came from. */
export class ConfigError extends Error {
  override readonly name: string = 'ConfigError';
  readonly code: ConfigErrorCode;

  constructor(code: ConfigErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
