import { expect, test } from 'vitest';
import { firstSteps } from '#theo/cli/first-steps.js';

const server = { port: 8000, model: 'whisper-base' };

test('a server says where its speech goes, its model, and what to try', () => {
  expect(firstSteps(server, { host: '127.0.0.1', apiKeys: [] })).toEqual([
    '  model:   whisper-base',
    '  speech:  ws://127.0.0.1:8000/v1/realtime?model=whisper-base (16-bit PCM in binary messages; docs/protocol.md)',
    '  try it:  npx wscat -c "ws://127.0.0.1:8000/v1/realtime?model=whisper-base"',
  ]);
});

test.each([
  ['0.0.0.0', 'ws://127.0.0.1:8000/'],
  ['::', 'ws://[::1]:8000/'],
  ['[::]', 'ws://[::1]:8000/'],
  ['::1', 'ws://[::1]:8000/'],
  ['theo.example', 'ws://theo.example:8000/'],
])('of %s the URL is one that works', (host, url) => {
  expect(firstSteps(server, { host, apiKeys: [] })[1]).toContain(url);
});

test('a key is shown to be needed, and not told', () => {
  const steps = firstSteps(server, { host: '127.0.0.1', apiKeys: ['secret'] }).join('\n');
  expect(steps).toContain('-H "Authorization: Bearer KEY"');
  expect(steps).not.toContain('secret');
});

test('without a worker there is nothing to try yet', () => {
  const steps = firstSteps({ port: 8000, model: null }, { host: '127.0.0.1', apiKeys: [] });
  expect(steps).toEqual([expect.stringContaining('no worker takes work yet')]);
});
