import { TheoError } from '../errors.ts';

export type EvalInputErrorCode =
  | 'folder_unreadable'
  | 'no_clips'
  | 'manifest_invalid'
  | 'audio_missing'
  | 'unknown_language'
  | 'report_invalid'
  | 'not_comparable';

/** What was given to evaluate, or to compare with, cannot be used; the message says what to do about it. */
export class EvalInputError extends TheoError<EvalInputErrorCode> {
  override readonly name = 'EvalInputError';
}
