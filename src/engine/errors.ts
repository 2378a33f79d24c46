import { TheoError, type TheoErrorOptions } from '../errors.ts';

export type EngineErrorCode =
  | 'worker_crash'
  | 'worker_timeout'
  | 'worker_unavailable'
  | 'internal_error'
  | 'cancelled';

/** A failure of the engine; `recoverable` when the same audio may succeed if it is sent again. */
export class EngineError extends TheoError<EngineErrorCode> {
  override readonly name: string = 'EngineError';

  constructor(
    code: EngineErrorCode,
    message: string,
    options: TheoErrorOptions & { readonly recoverable: boolean },
  ) {
    super(code, message, options);
  }
}

/** Whether something ended because somebody wanted it to. */
export function isCancelled(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'cancelled';
}
