import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { WorkerManager } from '#theo/worker/manager.js';
import { ManualClock } from '../../support/manual-clock.ts';

let manager: WorkerManager | undefined;
afterEach(() => manager?.close(0));

// What the workers are asked is in their arguments; here they are scripts that say where they listen.
const script = 'console.log("listening on 127.0.0.1:" + process.pid); setInterval(() => {}, 1e6)';

async function start(
  clock: ManualClock,
  program = script,
): Promise<{ told: string[][]; manager: WorkerManager }> {
  manager = new WorkerManager({
    count: 2,
    model: 'theo-demo',
    modelsDir: '/models',
    decodeSlots: 0,
    cores: 6,
    logFormat: 'json',
    logLevel: 'silent',
    clock,
    log: { info: () => {}, warn: () => {} },
    command: [process.execPath, '-e', program, '--'],
  });
  const told: string[][] = [];
  manager.watch((addresses) => told.push(addresses.map(({ target }) => target)));
  manager.start();
  await until(() => told.at(-1)?.length === 2);
  return { told, manager };
}

test('gives each worker its share of the cores', async () => {
  const argumentsFile = join(mkdtempSync(join(tmpdir(), 'theo-manager-')), 'arguments');
  const telling = `require('fs').appendFileSync(${JSON.stringify(argumentsFile)}, process.argv.join(' ') + '\\n'); ${script}`;
  await start(new ManualClock(), telling);
  const lines = readFileSync(argumentsFile, 'utf8').trim().split('\n');
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toMatch(/ --cores 3 /);
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

test('tells where its workers are, as they come and go', async () => {
  const clock = new ManualClock();
  const { told, manager } = await start(clock);
  expect(told[0]).toEqual([]);
  const [first, second] = told.at(-1) ?? [];
  process.kill(Number(first?.split(':')[1]), 'SIGKILL');
  await until(() => told.at(-1)?.length === 1);
  expect(told.at(-1)).toEqual([second]);
  clock.advance(250);
  await until(() => told.at(-1)?.length === 2);
  expect(told.at(-1)).not.toContain(first);
  expect(manager.processes.map(({ restarts }) => restarts)).toEqual([1, 0]);
});

test('kills a worker that stays silent, and spares one that answers again', async () => {
  const clock = new ManualClock();
  const { told, manager } = await start(clock);
  const [silent, brief] = told.at(-1) ?? [];
  manager.note({ address: silent ?? '', state: 'silent' });
  manager.note({ address: brief ?? '', state: 'silent' });
  clock.advance(5_000);
  manager.note({ address: silent ?? '', state: 'unknown' });
  manager.note({ address: brief ?? '', state: 'serving' });
  clock.advance(5_000);
  await until(() => told.at(-1)?.length === 1);
  expect(told.at(-1)).toEqual([brief]);
});
