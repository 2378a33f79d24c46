export type ModelErrorCode =
  | 'name_invalid'
  | 'manifest_unreadable'
  | 'manifest_too_large'
  | 'manifest_invalid'
  | 'weights_missing';

/** A model that cannot be used as it lies there; the message names the file and what is wrong with it. */
export class ModelError extends Error {
  override readonly name: string = 'ModelError';
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
