import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { WorkerProcess } from '#theo/worker/worker-process.js';
import { ManualClock } from '../../support/manual-clock.ts';

const opened: WorkerProcess[] = [];

afterEach(async () => {
  for (const process of opened.splice(0)) {
    process.kill();
    await process.close(0);
  }
});

/** A process that runs a script instead of a worker, with what it tells. */
function start(script: string, clock = new ManualClock()) {
  const ended: { how: string; restartInMs: number }[] = [];
  let changes = 0;
  const process_ = new WorkerProcess({
    command: [process.execPath, '-e', script],
    clock,
    log: { info: () => {}, warn: (fields) => ended.push(fields as (typeof ended)[number]) },
    onChange: () => changes++,
  });
  opened.push(process_);
  return { process: process_, ended, clock, changes: () => changes };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

test('a process that ends is started again, later each time', async () => {
  const { process, ended, clock } = start('process.exit(3)');
  for (let count = 1; count <= 4; count++) {
    await until(() => ended.length === count);
    clock.advance(ended.at(-1)?.restartInMs ?? 0);
  }
  expect(ended.map(({ how }) => how)).toEqual(Array(4).fill('exit code 3'));
  expect(ended.map(({ restartInMs }) => restartInMs)).toEqual([250, 500, 1_000, 2_000]);
  expect(process.restarts).toBe(4);
});

test('its address is what it says, and gone when it ends', async () => {
  const { process, ended, changes } = start(
    'console.log("listening on 127.0.0.1:7"); setInterval(() => {}, 1e6)',
  );
  await until(() => process.address !== undefined);
  expect(process.address).toBe('127.0.0.1:7');
  expect(changes()).toBe(1);
  process.kill();
  await until(() => ended.length === 1);
  expect(ended[0]?.how).toBe('SIGKILL');
  expect(process.address).toBeUndefined();
  expect(changes()).toBe(2);
});

test('an address that is read after the end of its process is none', async () => {
  // Its child keeps the pipe, and writes when stdin has ended: after its parent.
  const folder = mkdtempSync(join(tmpdir(), 'theo-late-'));
  const written = join(folder, 'written');
  const late = `process.stdin.on('end', () => {
    console.log('listening on 127.0.0.1:7');
    require('fs').writeFileSync(${JSON.stringify(written)}, '');
  }).resume()`;
  const script = `require('child_process')
    .spawn(process.execPath, ['-e', ${JSON.stringify(late)}], { stdio: 'inherit', detached: true });
    process.exit(3)`;
  const { process, ended, changes } = start(script);
  await until(() => ended.length === 1 && existsSync(written));
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(process.address).toBeUndefined();
  expect(changes()).toBe(1);
  rmSync(folder, { recursive: true });
});

test('after a long life the first restart is quick again', async () => {
  const script = 'console.log("listening on 127.0.0.1:7"); setInterval(() => {}, 1e6)';
  const { process, ended, clock } = start(script);
  for (let count = 1; count <= 3; count++) {
    await until(() => process.address !== undefined);
    if (count === 3) clock.advance(30_000);
    process.kill();
    await until(() => ended.length === count);
    clock.advance(ended.at(-1)?.restartInMs ?? 0);
  }
  expect(ended.map(({ restartInMs }) => restartInMs)).toEqual([250, 500, 250]);
});

test('a program that does not exist is told and tried again', async () => {
  const clock = new ManualClock();
  const ended: string[] = [];
  const process = new WorkerProcess({
    command: ['/nonexistent/theo'],
    clock,
    log: { info: () => {}, warn: (fields) => ended.push((fields as { how: string }).how) },
    onChange: () => {},
  });
  await until(() => ended.length === 1);
  expect(ended[0]).toContain('ENOENT');
  clock.advance(250);
  await until(() => ended.length === 2);
  await process.close(0);
  expect(clock.timerCount).toBe(0);
});

test('closed, it is asked to end, then made to; it is not started again', async () => {
  const stubborn =
    'process.on("SIGTERM", () => console.log("listening on asked:1")); setInterval(() => {}, 1e6);';
  const { process, ended, clock } = start(`${stubborn} console.log("listening on ready:1")`);
  await until(() => process.address === 'ready:1');
  const closed = process.close(5_000);
  await until(() => process.address === 'asked:1');
  clock.advance(5_000);
  await closed;
  expect(process.pid).toBeUndefined();
  expect(ended).toEqual([]);
  expect(clock.timerCount).toBe(0);
});
