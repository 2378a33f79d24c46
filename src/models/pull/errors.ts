import { TheoError } from '../../errors.ts';

export type PullErrorCode =
  // What is asked for
  | 'address_invalid'
  | 'name_invalid'
  | 'setting_invalid'
  | 'source_unreadable'
  | 'offline'
  // What the other side answers
  | 'not_found'
  | 'not_permitted'
  | 'refused'
  | 'redirect_refused'
  | 'unreachable'
  | 'certificate_invalid'
  | 'proxy_refused'
  // What comes
  | 'size_mismatch'
  | 'sha256_mismatch'
  | 'not_a_model'
  | 'interrupted';

/** A model that cannot be pulled; the message says what is wrong, where, and what to do. */
export class PullError extends TheoError<PullErrorCode> {
  override readonly name = 'PullError';
}

/** The caller's signal ended the pull. */
export function interrupted(): PullError {
  return new PullError(
    'interrupted',
    'the pull was interrupted; what has come is kept, and the next one goes on from there',
  );
}
