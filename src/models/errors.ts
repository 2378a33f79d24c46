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
  | 'model_embedded'
  | 'embedded_model_missing'
  // Of a model that is to be put there
  | 'not_in_catalogue'
  | 'not_whisper'
  | 'target_exists'
  | 'target_unwritable'
  | 'no_space';

/** A model that cannot be used as it lies there, is not there or cannot be put there; the message names what is wrong and where. */
export class ModelError extends TheoError<ModelErrorCode> {
  override readonly name = 'ModelError';
}
