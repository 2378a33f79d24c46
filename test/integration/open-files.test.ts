import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { clip } from '../support/clips.ts';
import { eventually } from '../support/eventually.ts';
import { RealtimeClient, withSilence } from '../support/realtime-client.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const speech = clip('pt_02');
const limit = 200;

let server: ServerProcess;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.stop();
});

/** Connections over which nothing is ever sent; resolves once all are taken, or refused. */
async function idleConnections(count: number): Promise<void> {
  const port = Number(new URL(server.url).port);
  await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      sockets.push(socket);
      await once(socket, 'connect');
    }),
  );
}

const isClosed = (socket: Socket): boolean => socket.closed;

/** CPU time of the server, seconds. */
function cpuSeconds(): number {
  const stat = readFileSync(`/proc/${server.process.pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}

/** The part of a core that the server takes over two seconds. */
async function cpuShare(): Promise<number> {
  const before = cpuSeconds();
  const startMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return ((cpuSeconds() - before) * 1000) / (performance.now() - startMs);
}

async function hears(client: RealtimeClient): Promise<void> {
  client.sendAtOnce(withSilence(speech.samples, 700));
  expect((await client.next('transcript.final')).text).toBe(speech.text);
}

async function healthStatus(): Promise<number> {
  try {
    // A connection that is closed before the request was sent can leave fetch waiting.
    return (await fetch(`${server.url}/health`, { signal: AbortSignal.timeout(2000) })).status;
  } catch {
    return 0;
  }
}

const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
};
const refusals = (): readonly string[] => server.log.filter((line) => line.includes('connections refused:'));

describe.runIf(process.platform === 'linux')('a server with few open files', () => {
  it('refuses connections that it has no room for, and goes on with the others', async () => {
    server = await startServerProcess([], { openFiles: limit });
    const client = await RealtimeClient.open(server.realtimeUrl);
    await idleConnections(300);
    // A hundred files are the server's own.
    await eventually(
      () => sockets.filter(isClosed).length,
      (closed) => expect(closed).toBe(201),
    );
    expect(readdirSync(`/proc/${server.process.pid}/fd`).length).toBeLessThan(limit);
    expect(await cpuShare()).toBeLessThan(0.5);
    await hears(client);
    expect(refusals()).toHaveLength(1);
    expect(refusals()[0]).toContain('at most 100 fit under the limit of open files. Raise the hard limit');
    // Those that are there ask for nothing: they are closed after a while.
    await eventually(healthStatus, (status) => expect(status).toBe(200));
    expect(await metric('theo_connections_refused_total')).toBeGreaterThanOrEqual(201);
    await client.finish();
    for (const socket of sockets) socket.destroy();
    // The one that asks.
    await eventually(
      () => metric('theo_connections_open'),
      (open) => expect(open).toBeLessThan(5),
    );
  });

  it('does not spin when there is none left all the same', async () => {
    server = await startServerProcess();
    const { pid } = server.process;
    const client = await RealtimeClient.open(server.realtimeUrl);
    await hears(client);
    const used = readdirSync(`/proc/${pid}/fd`).length;
    const setLimit = (files: number) => execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${files}:`]);
    setLimit(used);
    await idleConnections(50);
    await eventually(
      () => sockets.every(isClosed),
      (all) => expect(all).toBe(true),
    );
    expect(await cpuShare()).toBeLessThan(0.5);
    expect(refusals().at(-1)).toContain('no further file can be opened');
    setLimit(1000);
    await eventually(healthStatus, (status) => expect(status).toBe(200));
    await client.finish();
  });
});
