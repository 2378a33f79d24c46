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
    `cannot listen on ${host}:${port}: the port is taken, or not allowed`,
  );
  first.close();
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
