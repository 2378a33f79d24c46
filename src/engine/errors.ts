export type EngineErrorCode =
  | 'worker_crash'
  | 'worker_timeout'
  | 'worker_unavailable'
  | 'internal_error'
  | 'cancelled';

/** A failure of the engine; `recoverable` when the same audio may succeed if it is sent again. */
export class EngineError extends Error {
  override readonly name: string = 'EngineError';
  readonly code: EngineErrorCode;
  readonly recoverable: boolean;

  constructor(code: EngineErrorCode, message: string, options: { recoverable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = code;
    this.recoverable = options.recoverable;
  }
}
