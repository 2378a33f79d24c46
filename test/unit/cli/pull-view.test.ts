import { expect, test } from 'vitest';
import { PullEvents, PullStatus } from '#theo/cli/pull-view.js';
import type { PullProgress } from '#theo/models/pull/pull-model.js';
import { ManualClock } from '../../support/manual-clock.ts';

const name = 'whisper-small';
const total = 400e6;

function downloading(doneBytes: number, totalBytes: number | null = total): PullProgress {
  return { kind: 'downloading', name, doneBytes, totalBytes };
}

class Screen {
  readonly written: string[] = [];
  readonly clock = new ManualClock();
  readonly output: NodeJS.WriteStream;

  constructor(isTTY: boolean, columns = 0) {
    this.output = {
      isTTY,
      columns,
      write: (text: string) => this.written.push(text),
    } as unknown as NodeJS.WriteStream;
  }

  /** Ten megabytes a second, told twice a second. */
  receive(
    view: PullStatus | PullEvents,
    untilBytes: number,
    fromBytes = 0,
    totalBytes: number | null = total,
  ): void {
    for (let bytes = fromBytes; bytes <= untilBytes; bytes += 5e6) {
      view.update(downloading(bytes, totalBytes));
      this.clock.advance(500);
    }
  }
}

test('a terminal shows a bar with bytes, rate and time left, not more often than it can be read', () => {
  const screen = new Screen(true);
  const view = new PullStatus(screen.clock, screen.output);
  screen.receive(view, 100e6);
  view.update(downloading(101e6));
  view.update(downloading(102e6));
  const bar = `[${'#'.repeat(8)}${' '.repeat(22)}]`;
  expect(screen.written.at(-1)).toContain(`${bar} 25 %, 101.0 of 400.0 MB`);
  expect(screen.written.at(-2)).toContain(`${bar} 25 %, 100.0 of 400.0 MB, 10.0 MB/s, 30 s left ${name}`);
});

test('a narrow terminal shows what it has room for', () => {
  const screen = new Screen(true, 40);
  new PullStatus(screen.clock, screen.output).update(downloading(1e6));
  expect(screen.written[0]).toHaveLength('\r\x1b[K'.length + 39);
});

test('anything else gets a line for every tenth, or every 50 MB of what has no known end', () => {
  const screen = new Screen(false);
  const view = new PullStatus(screen.clock, screen.output);
  screen.receive(view, 80e6);
  expect(screen.written).toEqual([
    `${name}: 0 %, 0.0 of 400.0 MB\n`,
    `${name}: 10 %, 40.0 of 400.0 MB, 10.0 MB/s, 36 s left\n`,
    `${name}: 20 %, 80.0 of 400.0 MB, 10.0 MB/s, 32 s left\n`,
  ]);
  const unknown = new Screen(false);
  unknown.receive(new PullStatus(unknown.clock, unknown.output), 100e6, 0, null);
  expect(unknown.written).toEqual([
    `${name}: 0.0 MB\n`,
    `${name}: 50.0 MB, 10.0 MB/s\n`,
    `${name}: 100.0 MB, 10.0 MB/s\n`,
  ]);
});

test('what went wrong stays to be read, and the rate is that of after it', () => {
  const screen = new Screen(true);
  const view = new PullStatus(screen.clock, screen.output);
  screen.receive(view, 50e6);
  view.update({ kind: 'retrying', name, reason: 'the connection was cut', delayMs: 1_500, failures: 1 });
  screen.clock.advance(60_000);
  screen.receive(view, 100e6, 50e6);
  view.update({ kind: 'restarting', name, reason: 'the file has changed' });
  view.end();
  expect(screen.written).toContain(`${name}: the connection was cut; again in 2 s\n`);
  expect(screen.written.findLast((text) => text.includes('left'))).toContain('10.0 MB/s, 30 s left');
  expect(screen.written.at(-1)).toBe(`${name}: begins anew, the file has changed\n`);
});

test('long waits are told in minutes and hours', () => {
  const screen = new Screen(false);
  const view = new PullStatus(screen.clock, screen.output);
  view.update(downloading(0, 360e9));
  screen.clock.advance(1_000);
  view.update(downloading(40e9, 360e9));
  expect(screen.written.at(-1)).toContain('40000.0 MB/s, 8 s left');
  screen.clock.advance(400_000);
  view.update(downloading(80e9, 360e9));
  expect(screen.written.at(-1)).toContain('46 min 40 s left');
});

test('who waits and who checks is told as such', () => {
  const screen = new Screen(false);
  const view = new PullStatus(screen.clock, screen.output);
  view.update({ kind: 'waiting', name, doneBytes: 45e6, totalBytes: 100e6 });
  view.update({ kind: 'verifying', name, doneBytes: 1e6, totalBytes: 100e6 });
  view.update({ kind: 'verifying', name, doneBytes: 90e6, totalBytes: 100e6 });
  expect(screen.written).toEqual([
    `waiting for another pull of ${name}: 45 %, 45.0 of 100.0 MB\n`,
    `checking ${name}: 1 %, 1.0 of 100.0 MB\n`,
  ]);
});

test('programs get an object a line, twice a second and at the end', () => {
  const screen = new Screen(false);
  const view = new PullEvents(screen.clock, screen.output);
  view.update({ kind: 'retrying', name, reason: 'x', delayMs: 999.6, failures: 2 });
  for (const bytes of [0, 1e6, 2e6]) view.update(downloading(bytes));
  screen.clock.advance(1_000);
  view.update(downloading(10e6));
  view.update(downloading(total));
  expect(screen.written.map((line) => JSON.parse(line) as object)).toEqual([
    { event: 'retrying', name, reason: 'x', delay_ms: 1_000, failures: 2 },
    { event: 'downloading', name, done_bytes: 0, total_bytes: total, bytes_per_second: null },
    { event: 'downloading', name, done_bytes: 10e6, total_bytes: total, bytes_per_second: 10e6 },
    { event: 'downloading', name, done_bytes: total, total_bytes: total, bytes_per_second: total },
  ]);
});
