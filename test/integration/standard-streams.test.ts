import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { clip } from '../support/clips.ts';
import { freePort } from '../support/free-port.ts';
import { modelsDir } from '../support/models.ts';
import { RealtimeClient } from '../support/realtime-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'theo-streams-'));
const opened: number[] = [];
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  for (const fd of opened.splice(0)) closeSync(fd);
});

/** Where the streams of a process may lead that does not take what is written. */
const sinks = {
  'a full disk': () => open('/dev/full', constants.O_WRONLY),
  'a stalled reader': () => {
    const fifo = join(folder, `fifo-${opened.length}`);
    spawnSync('mkfifo', [fifo]);
    const fd = open(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    rmSync(fifo);
    try {
      for (;;) writeSync(fd, 'x');
    } catch {
      return fd;
    }
  },
} as const;

function open(path: string, flags: number): number {
  const fd = openSync(path, flags);
  opened.push(fd);
  return fd;
}

function theo(args: readonly string[], stdio: StdioOptions): ChildProcess {
  const env = { ...process.env, HOME: folder, THEO_MODELS_DIR: modelsDir };
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args], { stdio, env });
  running.push(child);
  return child;
}

/** Asks until there is an answer. */
async function answer(url: string): Promise<string> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return response.text();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function linesLost(metrics: string): number {
  return Number(/^theo_log_lines_lost_total (\d+)$/m.exec(metrics)?.[1]);
}

describe.each(['json', 'pretty'])('a log in %s', (format) => {
  it.each(Object.entries(sinks))('leads to %s: the server serves and ends', async (name, sink) => {
    const port = await freePort();
    const fd = sink();
    const flags = ['--port', String(port), '--log-format', format, '--log-level', 'debug'];
    const server = theo(['serve', ...flags], ['ignore', fd, fd]);
    const ended = once(server, 'exit');
    await answer(`http://127.0.0.1:${port}/health`);
    const client = await RealtimeClient.open(`ws://127.0.0.1:${port}/v1/realtime`);
    client.sendAtOnce(clip('en_03').samples);
    await client.finish();
    expect(client.of('transcript.final')).toHaveLength(1);
    const lost = linesLost(await answer(`http://127.0.0.1:${port}/metrics`));
    // A reader that stalls may go on: what it has not taken is kept for a while.
    if (name === 'a full disk') expect(lost).toBeGreaterThan(0);
    else expect(lost).toBe(0);
    server.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it.each(Object.entries(sinks))('leads to %s: the worker works and ends', async (name, sink) => {
    const port = await freePort();
    const fd = sink();
    const flags = ['--listen', '127.0.0.1:0', '--metrics-port', String(port), '--log-format', format];
    const worker = theo(['worker', ...flags], ['ignore', fd, fd]);
    const ended = once(worker, 'exit');
    const lost = linesLost(await answer(`http://127.0.0.1:${port}/metrics`));
    expect(lost).toBe(name === 'a full disk' ? 1 : 0);
    worker.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});

const commands: readonly (readonly string[])[] = [
  ['doctor'],
  ['list'],
  ['transcribe', 'test/fixtures/audio/en_03.wav'],
  ['demo', 'test/fixtures/audio/en_03.wav'],
  ['normalize', '--language', 'en'],
];

describe('the results of a command', () => {
  it.each(commands)('end it quietly when nobody reads them: %s', async (...args) => {
    const child = theo(args, 'pipe');
    child.stdout?.destroy();
    child.stdin?.end('twenty two\n');
    if (!child.stderr) throw new Error('no stderr');
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect([code, stderr]).toEqual([0, '']);
  });

  it.each(commands)('fail it when they cannot be written: %s', async (...args) => {
    const child = theo(args, ['pipe', sinks['a full disk'](), 'pipe']);
    child.stdin?.end('twenty two\n');
    if (!child.stderr) throw new Error('no stderr');
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(stderr).toContain('ENOSPC');
    expect(code).toBe(1);
  });
});
