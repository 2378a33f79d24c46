import { TheoError } from '../errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';

/** What the server says went wrong, or: */
export type TheoClientErrorCode =
  | ErrorCode
  /** No connection came about; the message has the reason, as far as the platform tells it. */
  | 'connect_failed'
  /** The connection ended without `session.closed`. */
  | 'connection_lost'
  /** `timeoutMs` is over. */
  | 'timeout'
  /** The caller's signal was aborted. */
  | 'aborted'
  /** The session is over; nothing more can be sent. */
  | 'session_closed'
  /** Events were not read, and too many piled up. */
  | 'events_overflow'
  /** The options cannot be used on this platform. */
  | 'unsupported';

const worthAnotherTry: readonly TheoClientErrorCode[] = [
  'connect_failed',
  'connection_lost',
  'timeout',
  'session_limit',
  'worker_crash',
  'worker_timeout',
  'worker_unavailable',
];

/** A failure of the connection, or one that the server reported; `recoverable` where connecting again may help. */
export class TheoClientError extends TheoError<TheoClientErrorCode> {
  override readonly name = 'TheoClientError';

  constructor(code: TheoClientErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(code, message, { ...options, recoverable: worthAnotherTry.includes(code) });
  }
}
