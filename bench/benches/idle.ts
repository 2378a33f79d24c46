import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { startServerProcess } from '../../test/support/server-process.ts';
import { type BenchOptions, publish } from '../report.ts';

const wantedSessions = 10_000;
/** Descriptors that a process needs besides its sockets. */
const otherDescriptors = 200;
const openingAtOnce = 200;
/** Opened and closed again before memory counts: code is compiled. */
const warmUpSessions = 400;
const goal = 0.25;

interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<unknown>;
}

interface Measured {
  readonly emptyMb: number;
  readonly halfMb: number;
  readonly fullMb: number;
  /** From none to all: V8's young generation, which grows once, is part of it. */
  readonly averageBytes: number;
  /** From half to all of them: what one more session costs. */
  readonly marginalBytes: number;
}

/**
 * Resident memory of an idle session: so many are opened at a server in its own process, and nothing is sent. The
 * same with a bare `ws` server. `--rounds N`: thousands of sessions.
 */
export async function run({ rounds = wantedSessions / 1000 }: BenchOptions): Promise<void> {
  const sessions = affordable(rounds * 1000);
  const theo = await startServerProcess([
    '--max-sessions',
    String(sessions + openingAtOnce),
    '--log-level',
    'warn',
  ]);
  const theoPid = theo.process.pid ?? 0;
  const ours = await measure(
    { url: `${theo.realtimeUrl}?model=theo-demo`, pid: theoPid, stop: theo.stop },
    sessions,
  );
  const bare = await measure(await startWsServer(), sessions);
  const averageRatio = ours.averageBytes / bare.averageBytes;
  const marginalRatio = ours.marginalBytes / bare.marginalBytes;
  publish({
    name: 'idle',
    title: `Resident memory of an idle session, ${sessions} sessions open`,
    rows: [
      { server: 'theo serve', sessions, ...ours, averageRatio, marginalRatio },
      { server: 'ws 8, no session state', sessions, ...bare, averageRatio: 1, marginalRatio: 1 },
    ],
    chart: {
      title: `Resident memory of an idle session, ${sessions} sessions open`,
      unit: 'bytes',
      bars: [
        { label: 'theo serve, average', value: ours.averageBytes, note: `(${averageRatio.toFixed(2)} x)` },
        { label: 'ws, average', value: bare.averageBytes },
        { label: 'theo serve, one more', value: ours.marginalBytes, note: `(${marginalRatio.toFixed(2)} x)` },
        { label: 'ws, one more', value: bare.marginalBytes },
      ],
      mark: { label: `goal: ${goal} x ws on average`, value: goal * bare.averageBytes },
    },
    notes: [
      'Average: the growth of the process from no session to all of them, with the 16 to 48 MiB by which V8 grows its young generation once, in both servers. Marginal: from half of them to all.',
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

async function startWsServer(): Promise<Server> {
  const program = fileURLToPath(new URL('../ws-server.js', import.meta.url));
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => resolve(line.replace(/^.* http/, 'ws')));
    child.once('exit', (code) => reject(new Error(`the ws server ended with ${code}`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    stop: () => {
      child.kill('SIGTERM');
      return once(child, 'exit');
    },
  };
}

async function measure(server: Server, sessions: number): Promise<Measured> {
  try {
    for (let opened = 0; opened < warmUpSessions; opened += openingAtOnce) {
      await closeAll(await openAll(server.url, openingAtOnce));
    }
    await sleep(2000);
    const empty = residentBytes(server.pid);
    const sockets = [...(await openAll(server.url, sessions / 2))];
    await sleep(3000);
    const half = residentBytes(server.pid);
    sockets.push(...(await openAll(server.url, sessions / 2)));
    await sleep(3000);
    const full = residentBytes(server.pid);
    for (const socket of sockets) socket.terminate();
    return {
      emptyMb: empty / 2 ** 20,
      halfMb: half / 2 ** 20,
      fullMb: full / 2 ** 20,
      averageBytes: (full - empty) / sessions,
      marginalBytes: (full - half) / (sessions / 2),
    };
  } finally {
    await server.stop();
  }
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
