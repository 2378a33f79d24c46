import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#theo/clock.js';
import { ConfiguredAddresses } from '#theo/engine/remote/addresses.js';
import type { RemoteEngines } from '#theo/engine/remote/remote-engines.js';
import type { WorkerTls } from '#theo/engine/remote/worker-client.js';
import type { SpeechEngine } from '#theo/engine/types.js';
import type { WorkerServer } from '#theo/worker/worker-server.js';
import { clip } from '../support/clips.ts';
import {
  briskHealth,
  collect,
  connect,
  finalOf,
  localEngines,
  samplesOf,
  startWorker,
  streamOptions,
  until,
  writeHops,
} from './worker-support.ts';

const pem = (name: string): Buffer => readFileSync(`test/fixtures/tls/${name}.pem`);
const workerTls = { cert: pem('worker'), key: pem('worker.key'), clientCa: null };
const ca = pem('ca');

let local: SpeechEngine;
let close: () => Promise<void>;

beforeAll(async () => {
  const { engines, engine } = await localEngines();
  local = engine;
  close = () => engines.close();
});

afterAll(() => close());

/** TLS names no IP addresses. */
function byName({ address }: WorkerServer): string {
  return address.replace('127.0.0.1', 'localhost');
}

async function hear(engine: SpeechEngine): Promise<string> {
  const stream = engine.openStream({ ...streamOptions, enablePartials: false });
  writeHops(stream, samplesOf(clip('en_01')));
  stream.flush();
  return finalOf(await collect(stream)).transcript.text;
}

/** Why the workers at these addresses take no work from us. */
async function refusal(server: WorkerServer, tls: WorkerTls | null): Promise<string> {
  const { RemoteEngines: Engines } = await import('#theo/engine/remote/remote-engines.js');
  const engines: RemoteEngines = new Engines({
    addresses: new ConfiguredAddresses([byName(server)], systemClock),
    tls,
    clock: systemClock,
    healthTiming: briskHealth,
  });
  await until('the worker is known not to serve', () =>
    engines.workers.every(({ state }) => state === 'unreachable' || state === 'silent'),
  );
  const [worker] = engines.workers;
  await engines.close();
  return worker?.reason ?? '';
}

describe('a worker with a certificate', () => {
  let server: WorkerServer;
  beforeAll(async () => {
    server = await startWorker(local, workerTls);
  });
  afterAll(() => server.close(0));

  test('serves those that trust its authority', async () => {
    const { engines, engine } = await connect([byName(server)], { tls: { ca, cert: null, key: null } });
    expect(await hear(engine)).toBe(clip('en_01').text);
    await engines.close();
  });

  test('is known by its name where the address comes from DNS', async () => {
    const port = server.address.split(':')[1];
    const resolve = () => Promise.resolve(['127.0.0.1']);
    const named = (name: string) => new ConfiguredAddresses([`dns:///${name}:${port}`], systemClock, resolve);
    const { engines, engine } = await connect(named('worker.test'), { tls: { ca, cert: null, key: null } });
    expect(await hear(engine)).toBe(clip('en_01').text);
    await engines.close();
  });

  test('is not trusted without its authority, nor reached without encryption', async () => {
    expect(await refusal(server, { ca: pem('stranger'), cert: null, key: null })).not.toBe('');
    expect(await refusal(server, null)).not.toBe('');
  });
});

describe('a worker that asks for certificates', () => {
  let server: WorkerServer;
  beforeAll(async () => {
    server = await startWorker(local, { ...workerTls, clientCa: ca });
  });
  afterAll(() => server.close(0));

  test('serves those that have one', async () => {
    const tls = { ca, cert: pem('runtime'), key: pem('runtime.key') };
    const { engines, engine } = await connect([byName(server)], { tls });
    expect(await hear(engine)).toBe(clip('en_01').text);
    await engines.close();
  });

  test('turns away those that have none, or one of a stranger', async () => {
    expect(await refusal(server, { ca, cert: null, key: null })).not.toBe('');
    const stranger = { ca, cert: pem('stranger'), key: pem('stranger.key') };
    expect(await refusal(server, stranger)).not.toBe('');
  });
});
