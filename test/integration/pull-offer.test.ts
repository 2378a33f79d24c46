import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { RealtimeClient } from '../support/realtime-client.ts';
import { startServerProcess } from '../support/server-process.ts';

/** Stands in for the hub and has nothing. */
let hub: Server;
let asked: string[] = [];
beforeAll(async () => {
  hub = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(hub, 'listening');
});
afterAll(() => hub.close());
beforeEach(() => {
  asked = [];
});

function mirror(): string {
  return `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
}

async function theo(...args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const home = mkdtempSync(join(tmpdir(), 'theo-home-'));
  const modelsDir = mkdtempSync(join(tmpdir(), 'theo-offer-'));
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args], {
    env: { ...process.env, HOME: home, THEO_MODELS_DIR: modelsDir, THEO_MODEL_MIRROR: mirror() },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  expect(readdirSync(modelsDir).filter((name) => !name.startsWith('.'))).toEqual([]);
  return { code, stderr };
}

const recording = 'assets/demo/jfk.wav';
const path = '/ggerganov/whisper.cpp/resolve/5359861c739e955e79d9a303bcbc70fb988958b1';

describe('a model of the catalogue that is not installed', () => {
  test.each([
    ['serve', ['--port', '0']],
    ['worker', ['--listen', '127.0.0.1:0']],
    ['transcribe', [recording]],
    ['demo', [recording]],
    ['eval', ['test/speech']],
  ])('theo %s --pull fetches it before anything else', async (command, args) => {
    const { code, stderr } = await theo(command, '--model', 'tiny:q5_1', '--pull', ...args);
    expect(asked).toEqual([`${path}/ggml-tiny-q5_1.bin`]);
    expect(stderr).toContain('answers 404');
    expect(code).toBe(1);
  });

  test('without a terminal to ask on, nothing is fetched, and the command that does is told', async () => {
    const { code, stderr } = await theo('transcribe', '--model', 'small', recording);
    expect(asked).toEqual([]);
    expect(stderr).toContain('"theo pull whisper-small" fetches it, 264 MB');
    expect(code).toBe(2);
  });

  test('in a log of JSON lines the failure is one, too', async () => {
    const { stderr } = await theo('serve', '--model', 'tiny', '--pull', '--log-format', 'json');
    for (const line of stderr.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
    expect(stderr).toContain('answers 404');
  });
});

test('a name that the catalogue does not have is not asked for', async () => {
  const { code, stderr } = await theo('transcribe', '--model', 'whisper-smal', '--pull', recording);
  expect(asked).toEqual([]);
  expect(stderr).toContain('did you mean "whisper-small"?');
  expect(code).toBe(2);
});

test('a running server fetches nothing, whatever a client asks for', async () => {
  vi.stubEnv('THEO_MODEL_MIRROR', mirror());
  const server = await startServerProcess(['--pull']);
  vi.unstubAllEnvs();
  const client = new RealtimeClient(`${server.realtimeUrl}?model=whisper-tiny`);
  expect(await client.closed).toMatchObject({ code: 1008 });
  await server.stop();
  expect(client.arrivals).toMatchObject([{ type: 'error', code: 'model_not_found' }]);
  expect(asked).toEqual([]);
});
