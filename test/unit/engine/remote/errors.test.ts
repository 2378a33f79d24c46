import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { errorFromStatus, isConnectionLost } from '#theo/engine/remote/errors.js';
import { trailerKeys } from '#theo/engine/remote/wire.js';

function ended(
  code: status,
  trailers: Readonly<Record<string, string>> = {},
  details = 'said no',
): ServiceError {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return Object.assign(new Error('13 INTERNAL: 10.0.0.7 said no'), { code, details, metadata });
}

describe('the end of a call', () => {
  test.each([
    [status.UNAVAILABLE, true, 'worker_crash', true],
    [status.UNAVAILABLE, false, 'worker_unavailable', true],
    [status.RESOURCE_EXHAUSTED, true, 'worker_unavailable', true],
    [status.DEADLINE_EXCEEDED, true, 'worker_timeout', true],
    [status.INTERNAL, true, 'worker_crash', true],
    [status.UNKNOWN, false, 'worker_crash', true],
    [status.CANCELLED, true, 'worker_crash', true],
    [status.INVALID_ARGUMENT, true, 'internal_error', false],
    [status.UNIMPLEMENTED, false, 'internal_error', false],
    [status.UNAUTHENTICATED, false, 'internal_error', false],
  ])('with status %i, taken up: %s, is %s', (code, wasAnswered, expected, recoverable) => {
    const error = errorFromStatus(ended(code), '10.0.0.7:1', wasAnswered);
    expect(error).toMatchObject({ code: expected, recoverable, worker: '10.0.0.7:1' });
    expect(error.message).not.toContain('10.0.0.7');
  });

  test.each([
    ['Connection dropped', 'worker_crash'],
    ['read ECONNRESET', 'worker_crash'],
    ['No connection established. Last error: connect ECONNREFUSED 10.0.0.7:1', 'worker_unavailable'],
    ['Stream refused by server', 'worker_unavailable'],
    ['the worker takes no work: it is draining', 'worker_unavailable'],
  ])('before any answer, UNAVAILABLE "%s" is %s', (details, expected) => {
    expect(errorFromStatus(ended(status.UNAVAILABLE, {}, details), 'w:1', false).code).toBe(expected);
  });

  test('is what the worker says about its engine, where it does', () => {
    const told = { [trailerKeys.code]: 'internal_error', [trailerKeys.recoverable]: 'false' };
    const error = errorFromStatus(ended(status.INTERNAL, told), 'w:1', true);
    expect(error).toMatchObject({ code: 'internal_error', recoverable: false, message: 'said no' });
    const again = { [trailerKeys.code]: 'worker_timeout', [trailerKeys.recoverable]: 'true' };
    expect(errorFromStatus(ended(status.DEADLINE_EXCEEDED, again), 'w:1', true)).toMatchObject({
      code: 'worker_timeout',
      recoverable: true,
    });
  });

  test('is not believed when it makes codes up', () => {
    const told = { [trailerKeys.code]: 'all_is_well' };
    expect(errorFromStatus(ended(status.INTERNAL, told), 'w:1', true).code).toBe('worker_crash');
  });
});

test('a lost connection is UNAVAILABLE that no worker has said', () => {
  expect(isConnectionLost(ended(status.UNAVAILABLE))).toBe(true);
  expect(isConnectionLost(ended(status.INTERNAL))).toBe(false);
  expect(isConnectionLost(ended(status.UNAVAILABLE, { [trailerKeys.code]: 'worker_unavailable' }))).toBe(
    false,
  );
});
