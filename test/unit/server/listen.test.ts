import { expect, it } from 'vitest';
import { listen } from '#theo/server/listen.js';
import { loadUws } from '#theo/server/uws.js';
import { freePort } from '../../support/free-port.ts';

// A port that the system chose is never shared, so each of these begins with a number.
it.each(['127.0.0.1', '0.0.0.0', 'localhost'])('shares a port with nobody: %s', async (host) => {
  const uws = await loadUws();
  const port = await freePort();
  const first = await listen(uws, uws.App(), '127.0.0.1', port);
  await expect(listen(uws, uws.App(), host, port)).rejects.toThrow(
    `cannot listen on ${host}:${port}: the port is taken; choose others with --host and --port (0: any free one)`,
  );
  first.close();
});

it.each([
  ['host.invalid', 'cannot listen on host.invalid:0: the name '],
  ['192.0.2.1', 'cannot listen on 192.0.2.1:0: this machine does not have that address'],
  ['2001:db8::1', 'cannot listen on [2001:db8::1]:0: '],
])('says what is wrong with %s', async (host, message) => {
  const uws = await loadUws();
  await expect(listen(uws, uws.App(), host, 0)).rejects.toThrow(message);
});

it.each(['::1', '[::1]'])('listens on IPv6: %s', async (host) => {
  const uws = await loadUws();
  const listening = await listen(uws, uws.App(), host, 0);
  expect(listening.port).toBeGreaterThan(0);
  listening.close();
});

it('listens again on a port that was closed', async () => {
  const uws = await loadUws();
  const port = await freePort();
  for (let round = 0; round < 2; round++) {
    const listening = await listen(uws, uws.App(), '127.0.0.1', port);
    expect(listening.port).toBe(port);
    listening.close();
  }
});
