import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modelsDir } from '../support/models.ts';

const folder = mkdtempSync(join(tmpdir(), 'theo-failed-start-'));
const brokenModels = join(folder, 'models');
const running: ChildProcess[] = [];
let other: Server;
let takenPort: string;

beforeAll(async () => {
  cpSync(modelsDir, brokenModels, { recursive: true });
  for (const file of readdirSync(join(brokenModels, 'theo-demo'))) {
    if (file.endsWith('.bin')) writeFileSync(join(brokenModels, 'theo-demo', file), 'no model');
  }
  mkdirSync(join(folder, 'home'));
  other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  takenPort = typeof address === 'object' ? String(address?.port) : '';
});
afterAll(() => other.close());
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Runs `theo` with a stdin that stays open; a process that does not end by itself fails its test. */
async function theo(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args], {
    env: { ...process.env, HOME: join(folder, 'home'), ...env },
  });
  running.push(child);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** Processes whose command line names all of `words`. */
function processesWith(...words: readonly string[]): readonly string[] {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const commandLine = readFileSync(join('/proc', entry, 'cmdline'), 'utf8');
      return words.every((word) => commandLine.includes(word));
    } catch {
      return false;
    }
  });
}

/** Ways to fail, each at another step of the way up. */
const models = (): readonly string[] => ['--models-dir', modelsDir];
const steps: Readonly<
  Record<string, () => { args: string[]; env?: Record<string, string>; says: string; code: 1 | 2 }>
> = {
  'the addon': () => ({
    args: [...models(), '--port', '0'],
    env: { THEO_NATIVE: '/nowhere/theo.node' },
    says: '/nowhere/theo.node',
    code: 1,
  }),
  'the model that is asked for': () => ({
    args: [...models(), '--port', '0', '--default-model', 'other'],
    says: 'no model "other"',
    code: 2,
  }),
  'the port': () => ({ args: [...models(), '--port', takenPort], says: 'the port is taken', code: 1 }),
};
const remote = ['--worker', '127.0.0.1:1'];

describe('theo serve says why it cannot start, and ends', () => {
  describe.each([
    ['in process', []],
    ['with workers of its own', ['--workers', '2']],
  ])('%s', (_, flags) => {
    it.each(Object.entries(steps))('%s fails', async (_step, step) => {
      const { args, env, says, code } = step();
      const outcome = await theo(['serve', ...args, ...flags], env);
      expect(outcome.stderr).toContain(says);
      expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    });
  });

  it('with workers of others: the port fails', async () => {
    const { code, stderr } = await theo(['serve', ...models(), '--port', takenPort, ...remote]);
    expect(stderr).toContain('the port is taken');
    expect(code).toBe(1);
  });

  it('with workers of others: a certificate fails', async () => {
    const tls = ['--worker-tls-ca', join(folder, 'none.pem')];
    const { code, stderr } = await theo(['serve', ...models(), '--port', '0', ...remote, ...tls]);
    expect(stderr).toContain('none.pem');
    expect(code).toBe(2);
  });

  it('in process: the weights fail', async () => {
    const flags = ['--models-dir', brokenModels, '--default-model', 'theo-demo', '--port', '0'];
    const { code, stderr } = await theo(['serve', ...flags]);
    expect(stderr).toContain('theo-demo-q8_0.bin');
    expect(code).toBe(1);
  });

  it('with workers of its own: nothing of it is left', async () => {
    const marked = mkdtempSync(join(folder, 'models-'));
    cpSync(modelsDir, marked, { recursive: true });
    await theo(['serve', '--models-dir', marked, '--port', takenPort, '--workers', '2']);
    expect(processesWith('worker', marked)).toEqual([]);
  });
});

describe('theo worker says why it cannot start, and ends', () => {
  // As a server starts it: it watches its stdin, which stays open.
  describe.each([
    ['by itself', []],
    ['for a server', ['--exit-with-stdin']],
  ])('%s', (_, watch) => {
    const demo = ['--model', 'theo-demo', ...watch];

    it('the weights fail', async () => {
      const flags = ['--models-dir', brokenModels, '--listen', '127.0.0.1:0'];
      const { code, stderr } = await theo(['worker', ...demo, ...flags]);
      expect(stderr).toContain('theo-demo-q8_0.bin');
      expect(code).toBe(1);
    });

    it('the port fails', async () => {
      const listen = `127.0.0.1:${takenPort}`;
      const { code, stderr } = await theo(['worker', ...demo, ...models(), '--listen', listen]);
      expect(stderr).toContain(`cannot listen on ${listen}`);
      expect(code).toBe(1);
    });

    it('the model that is asked for fails', async () => {
      const { code, stderr } = await theo(['worker', '--model', 'other', ...watch, ...models()]);
      expect(stderr).toContain('no model "other"');
      expect(code).toBe(2);
    });
  });

  it('the port of the metrics fails', async () => {
    const flags = ['--listen', '127.0.0.1:0', '--metrics-port', takenPort];
    const { code, stderr } = await theo(['worker', '--model', 'theo-demo', ...models(), ...flags]);
    expect(stderr).toContain(`cannot listen on 127.0.0.1:${takenPort}`);
    expect(code).toBe(1);
  });
});
