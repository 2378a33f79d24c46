import { TheoError } from '../errors.ts';

export type ModelErrorCode =
  | 'name_invalid'
  | 'manifest_missing'
  | 'manifest_unreadable'
  | 'manifest_too_large'
  | 'manifest_invalid'
  | 'weights_missing'
  | 'weights_damaged'
  | 'model_not_found'
  | 'embedded_model_missing';

/** A model that cannot be used as it lies there, or that is not there; the message names what is wrong and where. */
export class ModelError extends TheoError<ModelErrorCode> {
  override readonly name = 'ModelError';
}
