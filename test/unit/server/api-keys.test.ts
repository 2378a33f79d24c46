import { describe, expect, it } from 'vitest';
import { ApiKeys } from '#theo/server/http/api-keys.js';

describe('ApiKeys', () => {
  it('lets everybody in when there are none', () => {
    expect(new ApiKeys([]).accepts('')).toBe(true);
  });

  it.each(['Bearer first', 'Bearer second', 'bearer first'])('accepts %j', (header) => {
    expect(new ApiKeys(['first', 'second']).accepts(header)).toBe(true);
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer third',
    'Bearer firs',
    'Bearer first ',
    'Bearer first,second',
    'Basic first',
    'first',
  ])('refuses %j', (header) => {
    expect(new ApiKeys(['first', 'second']).accepts(header)).toBe(false);
  });
});
