export type ModelErrorCode =
  | 'name_invalid'
  | 'manifest_unreadable'
  | 'manifest_too_large'
  | 'manifest_invalid'
  | 'weights_missing'
  | 'model_not_found'
  | 'embedded_model_missing';

/** A model that cannot be used as it lies there, or that is not there; the message names what is wrong and where. */
export class ModelError extends Error {
  override readonly name: string = 'ModelError';
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
