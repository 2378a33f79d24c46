import { TheoError, type TheoErrorOptions } from '../../errors.ts';

export type ModelImportErrorCode =
  // The folder
  | 'source_missing'
  | 'source_unsuitable'
  | 'source_unreadable'
  | 'weights_missing'
  // The weights
  | 'not_ctranslate2'
  | 'not_safetensors'
  | 'not_pytorch'
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
  // An adapter
  | 'adapter_unsupported'
  | 'base_missing'
  | 'base_unsuitable'
  // What is asked for
  | 'name_invalid'
  | 'quantization_unsuitable'
  | 'interrupted';

/** A model that cannot be imported; the message names the file, what is wrong with it and, where it helps, what to do. */
export class ModelImportError extends TheoError<ModelImportErrorCode> {
  override readonly name = 'ModelImportError';

  constructor(code: ModelImportErrorCode, message: string, options: TheoErrorOptions = {}) {
    super(code, printable(message), options);
  }
}

const mostCharacters = 900;
const charactersAtEnd = 200;

/** Messages quote names out of files: a terminal gets one line of a bounded length, without control characters. */
function printable(message: string): string {
  const line = message.replace(/\p{Cc}+/gu, ' ');
  if (line.length <= mostCharacters) return line;
  return `${line.slice(0, mostCharacters - charactersAtEnd)} … ${line.slice(-charactersAtEnd)}`;
}
