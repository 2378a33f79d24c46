import { TheoError } from '../../errors.ts';

export type ModelImportErrorCode =
  // The folder
  | 'source_missing'
  | 'source_not_folder'
  | 'source_unreadable'
  | 'weights_missing'
  // model.bin
  | 'not_ctranslate2'
  | 'version_unsupported'
  | 'not_whisper'
  | 'weights_truncated'
  | 'weights_malformed'
  | 'tensor_missing'
  | 'tensor_unexpected'
  | 'tensor_shape'
  | 'tensor_type'
  | 'dimensions_unsupported'
  | 'weight_not_finite'
  | 'weight_too_large'
  | 'key_bias_not_zero'
  // The files beside it
  | 'config_invalid'
  | 'vocabulary_missing'
  | 'vocabulary_size'
  | 'vocabulary_broken'
  // What is asked for
  | 'name_invalid'
  | 'quantization_unsuitable'
  | 'interrupted';

/** A model that cannot be imported; the message names the file, what is wrong with it and, where it helps, what to do. */
export class ModelImportError extends TheoError<ModelImportErrorCode> {
  override readonly name = 'ModelImportError';
}
