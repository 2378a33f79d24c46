import { expect, test } from 'vitest';
import { ConfiguredAddresses } from '#theo/engine/remote/addresses.js';
import { ManualClock } from '../../../support/manual-clock.ts';

/** What a watcher is told, as targets. */
function watch(
  specs: readonly string[],
  resolve: () => Promise<readonly string[]>,
  clock = new ManualClock(),
) {
  const told: string[][] = [];
  const stop = new ConfiguredAddresses(specs, clock, resolve).watch((addresses) =>
    told.push(addresses.map(({ target, serverName }) => (serverName ? `${serverName}=${target}` : target))),
  );
  return { told, stop, clock };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('plain addresses are told at once', () => {
  const { told, clock } = watch(['a:1', '[::1]:2'], () => Promise.reject(new Error('not asked')));
  expect(told).toEqual([['a:1', '[::1]:2']]);
  expect(clock.timerCount).toBe(0);
});

test('a name is every address it has, and is looked up again', async () => {
  let hosts = ['10.0.0.1', '10.0.0.2'];
  const { told, clock, stop } = watch(['a:1', 'dns:///workers:50051'], () => Promise.resolve(hosts));
  await settled();
  expect(told.at(-1)).toEqual(['a:1', 'workers=10.0.0.1:50051', 'workers=10.0.0.2:50051']);
  clock.advance(10_000);
  await settled();
  expect(told).toHaveLength(2);
  hosts = ['10.0.0.2', '10.0.0.3'];
  clock.advance(10_000);
  await settled();
  expect(told.at(-1)).toEqual(['a:1', 'workers=10.0.0.2:50051', 'workers=10.0.0.3:50051']);
  stop();
  expect(clock.timerCount).toBe(0);
});

test('a name that cannot be looked up keeps its addresses', async () => {
  let isBroken = false;
  const resolve = () => (isBroken ? Promise.reject(new Error('SERVFAIL')) : Promise.resolve(['10.0.0.1']));
  const { told, clock } = watch(['dns:///workers:1'], resolve);
  await settled();
  isBroken = true;
  clock.advance(10_000);
  await settled();
  expect(told.at(-1)).toEqual(['workers=10.0.0.1:1']);
});

test('after the watch has ended nothing is told', async () => {
  const { told, stop } = watch(['dns:///workers:1'], () => Promise.resolve(['10.0.0.1']));
  stop();
  await settled();
  expect(told).toEqual([[]]);
});
