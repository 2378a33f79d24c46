import { expect, test } from 'vitest';
import { SessionIds } from '#theo/server/realtime/session-ids.js';

test('every session has an id of its own, unlike those of another server', () => {
  const [one, other] = [new SessionIds(), new SessionIds()];
  const ids = Array.from({ length: 1000 }, () => [one.next(), other.next()]).flat();
  expect(new Set(ids).size).toBe(2000);
  for (const id of ids) expect(id).toMatch(/^sess_[0-9a-f]{24}$/);
});
