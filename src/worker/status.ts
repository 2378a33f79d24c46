import { Metadata, type ServerErrorResponse, status } from '@grpc/grpc-js';
import { EngineError, type EngineErrorCode } from '../engine/errors.ts';
import { languageProblem } from '../engine/language.ts';
import { trailerKeys } from '../engine/remote/wire.ts';
import type { SpeechEngine } from '../engine/types.ts';
import { messageOf, TheoError } from '../errors.ts';

const statusOfCode: Readonly<Record<EngineErrorCode, status>> = {
  worker_crash: status.INTERNAL,
  worker_timeout: status.DEADLINE_EXCEEDED,
  worker_unavailable: status.UNAVAILABLE,
  internal_error: status.INTERNAL,
  cancelled: status.CANCELLED,
};

/** Why a call cannot be served; sent as its gRPC status. */
export class CallError extends TheoError<status> {
  override readonly name = 'CallError';
}

/** @throws CallError where the model does not know the language */
export function requireLanguage(engine: SpeechEngine, language: string | null): void {
  const problem = languageProblem(engine, language);
  if (problem !== undefined) throw new CallError(status.INVALID_ARGUMENT, problem);
}

/** The gRPC status of a failed call. An engine's error also has its code in the trailers, which our runtimes read. */
export function statusOf(error: unknown): Partial<ServerErrorResponse> & Error {
  const message = messageOf(error);
  if (error instanceof CallError) return asStatus(error.code, message);
  if (!(error instanceof EngineError)) return asStatus(status.INTERNAL, message);
  const metadata = new Metadata();
  metadata.set(trailerKeys.code, error.code);
  metadata.set(trailerKeys.recoverable, String(error.recoverable));
  return { ...asStatus(statusOfCode[error.code], message), metadata };
}

function asStatus(code: status, message: string): Partial<ServerErrorResponse> & Error {
  return { name: 'ServiceError', message, code, details: message };
}
