import { TheoError } from '../errors.ts';

export type ClassifierErrorCode =
  /** The model file is missing, unreadable or not Silero. */
  | 'vad_model'
  /** The inference thread died; the next window starts a new one. */
  | 'vad_worker_crash'
  /** The runtime refused a batch. */
  | 'vad_inference'
  /** The classifier or the stream was closed. */
  | 'vad_closed';

/** A failure to classify; `recoverable` when the same window may succeed if it is sent again. */
export class ClassifierError extends TheoError<ClassifierErrorCode> {
  override readonly name = 'ClassifierError';
}
