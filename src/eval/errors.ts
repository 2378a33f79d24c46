export type EvalInputErrorCode =
  | 'folder_unreadable'
  | 'no_clips'
  | 'manifest_invalid'
  | 'audio_missing'
  | 'unknown_language'
  | 'report_invalid'
  | 'not_comparable';

/** What was given to evaluate, or to compare with, cannot be used; the message says what to do about it. */
export class EvalInputError extends Error {
  override readonly name = 'EvalInputError';
  readonly code: EvalInputErrorCode;

  constructor(code: EvalInputErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
