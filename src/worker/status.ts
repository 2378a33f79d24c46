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

/** A call cannot be served; becomes its gRPC status. */
export class CallError extends TheoError<status> {
  override readonly name = 'CallError';
}

/** @throws CallError where the model cannot be told to hear it. */
export function requireLanguage(engine: SpeechEngine, language: string | null): void {
  const problem = languageProblem(engine, language);
  if (problem !== undefined) throw new CallError(status.INVALID_ARGUMENT, problem);
}

/** How a call ends that failed. An engine's error keeps its code, in the trailers, for peers that read them. */
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
