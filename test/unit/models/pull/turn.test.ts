import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { commandClock } from '#theo/clock.js';
import { machineTag, startOf } from '#theo/models/process-mark.js';
import { PullTurn } from '#theo/models/pull/turn.js';

// As long as a busy machine may need.
vi.setConfig({ testTimeout: 60_000 });

let root = '';
let folder = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'theo-pull-'));
  folder = join(root, 'models', '.theo-pull-x');
});
afterEach(() => rmSync(root, { recursive: true }));

function take(onWait: () => void = () => {}, signal = new AbortController().signal): Promise<PullTurn> {
  return PullTurn.take(folder, {
    clock: commandClock,
    random: () => 0,
    signal,
    onWait: async () => onWait(),
  });
}

test('one has it at a time, and the folder goes with the last', async () => {
  const first = await take();
  let waits = 0;
  const second = take(() => {
    waits += 1;
  });
  await expect.poll(() => waits, { timeout: 20_000 }).toBeGreaterThan(0);
  await first.release();
  await (await second).release();
  expect(existsSync(folder)).toBe(false);
});

test('many who come at once get it one after the other', async () => {
  let holders = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const turn = await PullTurn.take(folder, {
        clock: commandClock,
        random: () => index / 8,
        signal: new AbortController().signal,
        onWait: async () => {},
      });
      holders += 1;
      most = Math.max(most, holders);
      await new Promise((resolve) => setImmediate(resolve));
      holders -= 1;
      await turn.release();
    }),
  );
  expect(most).toBe(1);
});

test('what is kept in the folder stays', async () => {
  const turn = await take();
  writeFileSync(join(folder, 'weights.partial'), 'x');
  await turn.release();
  expect(readdirSync(folder)).toEqual(['weights.partial']);
});

test('a wait can be given up', async () => {
  const turn = await take();
  const stop = new AbortController();
  await expect(take(() => stop.abort(), stop.signal)).rejects.toMatchObject({ code: 'interrupted' });
  await turn.release();
});

function leaveClaim(machine: string, pid: number, start: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `claim-${machine}-${pid}-${start}-0123abcd`);
  writeFileSync(path, '');
  return path;
}

test('a process that has ended does not have it for ever, nor one that has its number now', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  leaveClaim(machineTag(), pid, '12345');
  const start = startOf(process.pid);
  if (start !== undefined) leaveClaim(machineTag(), process.pid, `${start}0`);
  await (await take()).release();
  expect(existsSync(folder)).toBe(false);
});

test('a process that runs has it', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  leaveClaim(machineTag(), child.pid ?? 0, startOf(child.pid ?? 0) ?? '0');
  let waits = 0;
  const turn = take(() => {
    waits += 1;
    if (waits === 2) child.kill('SIGKILL');
  });
  await (await turn).release();
  expect(waits).toBeGreaterThanOrEqual(2);
});

test('a process of another machine has it as long as it shows that it is there', async () => {
  const claim = leaveClaim('00000000', 1, '0');
  let waits = 0;
  const turn = take(() => {
    waits += 1;
    const twoMinutesAgo = Date.now() / 1_000 - 120;
    utimesSync(claim, twoMinutesAgo, twoMinutesAgo);
  });
  await (await turn).release();
  expect(waits).toBe(1);
});
