import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { startServerProcess } from '../../test/support/server-process.ts';
import { type BenchOptions, publish } from '../report.ts';
import { modelFlags, reportName, type Subject } from '../subject.ts';

const wantedSessions = 10_000;
/** Descriptors that a process needs besides its sockets. */
const otherDescriptors = 200;
const openingAtOnce = 200;
/** Opened and closed before memory counts in a fresh server: its modules are loaded, its code is compiled. */
const fewSessions = 400;

interface Server {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<unknown>;
}

interface Measured {
  readonly emptyMb: number;
  readonly fullMb: number;
  readonly bytesEach: number;
}

/**
 * Resident memory of an idle session: so many are opened at a server in its own process, greeted, and nothing is sent.
 * The same with a bare `ws` server, and with a bare uWebSockets.js server, which is the floor. Each once in a server
 * that is fresh, and once in one that has seen as many sessions before and has collected its garbage.
 * `--rounds N`: thousands of sessions.
 */
export async function run({ subject, rounds = wantedSessions / 1000 }: BenchOptions): Promise<void> {
  const sessions = affordable(rounds * 1000);
  // Every server that is started from here on can be told to collect its garbage.
  process.env.NODE_OPTIONS = `--import ${new URL('../collect-on-signal.js', import.meta.url).href}`;
  const servers = [
    { server: 'theo serve', start: () => startTheo(subject, sessions + openingAtOnce) },
    { server: 'ws 8, no session state', start: () => startBare('ws-server.js') },
    { server: 'bare uWebSockets.js', start: () => startBare('uws-server.js') },
  ];
  const measured = [];
  for (const { server, start } of servers) {
    const fresh = await measure(await start(), sessions, 'fresh');
    const used = await measure(await start(), sessions, 'used');
    measured.push({ server, sessions, fresh, used });
  }
  const ws = measured[1];
  if (!ws) return;
  const rows = measured.map(({ server, fresh, used }) => ({
    server,
    sessions,
    usedEmptyMb: used.emptyMb,
    usedFullMb: used.fullMb,
    bytesEach: used.bytesEach,
    ratio: used.bytesEach / ws.used.bytesEach,
    freshEmptyMb: fresh.emptyMb,
    freshFullMb: fresh.fullMb,
    freshBytesEach: fresh.bytesEach,
    freshRatio: fresh.bytesEach / ws.fresh.bytesEach,
  }));
  const title = `Resident memory of an idle session, ${sessions} sessions open`;
  publish({
    name: reportName('idle', subject),
    title,
    rows,
    notes: [
      `bytesEach: what a session holds on to. The server has seen ${sessions} sessions come and go, ${openingAtOnce} at a time, and has collected all garbage before each reading.`,
      `fresh: the growth of a server that has seen ${fewSessions} sessions, as it is: with its garbage, and with the pages of V8's young generation (up to 48 MiB) that it touches for the first time.`,
      'bare uWebSockets.js: the floor. A socket without any session takes so much of it: native memory for the connection, and 32 bytes of JavaScript.',
    ],
  });
}

/** As many sessions as the process may open files, with a word about how to get more. */
function affordable(wanted: number): number {
  const limit = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }));
  if (!Number.isFinite(limit) || limit >= wanted + otherDescriptors) return wanted;
  const sessions = Math.max(100, limit - otherDescriptors);
  console.error(
    `only ${limit} open files are allowed: ${sessions} sessions instead of ${wanted}. For all of them: ulimit -n ${wanted + otherDescriptors}`,
  );
  return sessions;
}

async function startTheo(subject: Subject, maxSessions: number): Promise<Server> {
  const limits = ['--max-sessions', String(maxSessions), '--log-level', 'warn'];
  const server = await startServerProcess([...modelFlags(subject, '--default-model'), ...limits]);
  return { url: `${server.realtimeUrl}?model=${subject.model}`, process: server.process, stop: server.stop };
}

/** A server that only greets: `bench/PROGRAM`. */
async function startBare(program: string): Promise<Server> {
  const file = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => resolve(line.replace(/^.* http/, 'ws')));
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
  });
  return {
    url,
    process: child,
    stop: () => {
      child.kill('SIGTERM');
      return once(child, 'exit');
    },
  };
}

/** Opens all sessions and tells by how much the server grew. Stops the server. */
async function measure(server: Server, sessions: number, state: 'fresh' | 'used'): Promise<Measured> {
  try {
    const before = state === 'used' ? sessions : fewSessions;
    for (let opened = 0; opened < before; opened += openingAtOnce) {
      await closeAll(await openAll(server.url, openingAtOnce));
    }
    const read = async (): Promise<number> => {
      await sleep(2000);
      if (state === 'used') await collectGarbage(server.process);
      return residentBytes(server.process.pid ?? 0);
    };
    const empty = await read();
    const sockets = await openAll(server.url, sessions);
    const full = await read();
    for (const socket of sockets) socket.terminate();
    return { emptyMb: empty / 2 ** 20, fullMb: full / 2 ** 20, bytesEach: (full - empty) / sessions };
  } finally {
    await server.stop();
  }
}

async function collectGarbage(server: ChildProcess): Promise<void> {
  if (!server.stdout) throw new Error('the server has no stdout');
  const collected = once(server.stdout, 'data');
  server.kill('SIGUSR2');
  await collected;
}

async function openAll(url: string, count: number): Promise<readonly WebSocket[]> {
  const sockets: WebSocket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(openingAtOnce, count - sockets.length) }, () => open(url));
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

/** Opens a session and waits until it is greeted. */
function open(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once('message', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`closed with ${code} before it was greeted`)));
  });
}

async function closeAll(sockets: readonly WebSocket[]): Promise<void> {
  await Promise.all(
    sockets.map((socket) => {
      const closed = once(socket, 'close');
      socket.terminate();
      return closed;
    }),
  );
}

function residentBytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024;
}
