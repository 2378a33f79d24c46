import { type ServiceError, status } from '@grpc/grpc-js';
import { EngineError, type EngineErrorCode } from '../errors.ts';
import { trailerKeys } from './wire.ts';

export interface WorkerErrorOptions {
  /** Address of the worker. */
  readonly worker?: string | undefined;
  readonly cause?: unknown;
}

/** A failure of a worker. Its address is for logs: messages go to clients and name no addresses. */
abstract class WorkerError extends EngineError {
  readonly worker: string | undefined;

  constructor(
    code: EngineErrorCode,
    message: string,
    { recoverable, worker, cause }: WorkerErrorOptions & { readonly recoverable: boolean },
  ) {
    super(code, message, { recoverable, cause });
    this.worker = worker;
  }
}

/** The worker, or the connection to it, broke in the middle of its work. */
export class WorkerCrashError extends WorkerError {
  override readonly name: string = 'WorkerCrashError';

  constructor(message: string, options: WorkerErrorOptions = {}) {
    super('worker_crash', message, { recoverable: true, ...options });
  }
}

/** The worker did not answer in time. */
export class WorkerTimeoutError extends WorkerError {
  override readonly name: string = 'WorkerTimeoutError';

  constructor(message: string, options: WorkerErrorOptions = {}) {
    super('worker_timeout', message, { recoverable: true, ...options });
  }
}

/** There is no worker that takes the work. */
export class WorkerUnavailableError extends WorkerError {
  override readonly name: string = 'WorkerUnavailableError';

  constructor(message: string, options: WorkerErrorOptions = {}) {
    super('worker_unavailable', message, { recoverable: true, ...options });
  }
}

/** The worker was asked for something that it will never do. */
export class WorkerRefusalError extends WorkerError {
  override readonly name: string = 'WorkerRefusalError';

  constructor(message: string, options: WorkerErrorOptions = {}) {
    super('internal_error', message, { recoverable: false, ...options });
  }
}

/** Statuses that say that the request itself is wrong or not allowed: another try fails as well. */
const permanentStatuses: ReadonlySet<status> = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
  status.UNIMPLEMENTED,
]);

const engineErrorCodes: ReadonlySet<string> = new Set<EngineErrorCode>([
  'worker_crash',
  'worker_timeout',
  'worker_unavailable',
  'internal_error',
  'cancelled',
]);

/** How gRPC words a connection that broke, unlike UNAVAILABLE from a worker, which has details of its own. */
const brokenConnection = /^Connection dropped$|\b(?:ECONNRESET|ETIMEDOUT|EPIPE)\b/;

/**
 * The engine's error for a call that failed.
 * @param wasAnswered whether the worker had accepted the call; some only show that with their first event.
 */
export function errorFromStatus(error: ServiceError, worker: string, wasAnswered: boolean): EngineError {
  const told = errorFromTrailers(error);
  if (told) return told;
  const options = { worker, cause: error };
  if (error.code === status.DEADLINE_EXCEEDED) {
    return new WorkerTimeoutError('the worker did not answer in time', options);
  }
  const wasTurnedAway = !wasAnswered && !brokenConnection.test(error.details);
  if (error.code === status.RESOURCE_EXHAUSTED || (error.code === status.UNAVAILABLE && wasTurnedAway)) {
    return new WorkerUnavailableError('the worker takes no work', options);
  }
  if (permanentStatuses.has(error.code)) {
    return new WorkerRefusalError(`the worker refused: ${error.details || error.message}`, options);
  }
  return new WorkerCrashError('the worker broke off', options);
}

/** Whether a call ended because the connection is gone. */
export function isConnectionLost(error: ServiceError): boolean {
  return error.code === status.UNAVAILABLE && errorFromTrailers(error) === undefined;
}

/** The engine's error as our workers send it in trailers; undefined from other workers. */
function errorFromTrailers(error: ServiceError): EngineError | undefined {
  const code = error.metadata?.get(trailerKeys.code)[0];
  if (typeof code !== 'string' || !engineErrorCodes.has(code)) return undefined;
  const recoverable = error.metadata.get(trailerKeys.recoverable)[0] === 'true';
  return new EngineError(code as EngineErrorCode, error.details, { recoverable, cause: error });
}
