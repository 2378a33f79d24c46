import { expect, test } from 'vitest';
import { exitCodeOf } from '#theo/cli/errors.js';
import { parseServerUrl } from '#theo/cli/ps.js';

test.each([
  ['localhost:8000', 'http://localhost:8000/'],
  ['[::1]:8000', 'http://[::1]:8000/'],
  ['http://10.0.0.1:8000', 'http://10.0.0.1:8000/'],
  ['HTTPS://theo.example', 'https://theo.example/'],
  ['ws://localhost:8000/v1/realtime', 'http://localhost:8000/v1/realtime'],
  ['wss://theo.example', 'https://theo.example/'],
])('%s is %s', (text, url) => {
  expect(parseServerUrl(text).href).toBe(url);
});

test.each(['', '::1:8000', 'http://', 'ftp://theo.example', 'localhost:port'])(
  '%j is told to be none',
  (text) => {
    let error: unknown;
    try {
      parseServerUrl(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      message: expect.stringMatching(/^--url .*: must be the address of a server/),
    });
    expect(exitCodeOf(error)).toBe(2);
  },
);
