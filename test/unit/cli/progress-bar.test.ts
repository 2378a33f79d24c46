import { expect, test } from 'vitest';
import { ProgressBar } from '#theo/cli/progress-bar.js';

function shown(isTTY: boolean, fractions: readonly number[]): readonly string[] {
  const written: string[] = [];
  const output = { isTTY, write: (text: string) => written.push(text) };
  const line = new ProgressBar(output as unknown as NodeJS.WriteStream);
  for (const fraction of fractions) line.update('writing x', fraction);
  line.end();
  return written;
}

test('a terminal shows one bar, drawn again when its number changes, and cleared in the end', () => {
  expect(shown(true, [0, 0.001, 0.5, 1])).toEqual([
    `\r\x1b[K[${' '.repeat(30)}] 0 % writing x`,
    `\r\x1b[K[${'#'.repeat(15)}${' '.repeat(15)}] 50 % writing x`,
    `\r\x1b[K[${'#'.repeat(30)}] 100 % writing x`,
    '\r\x1b[K',
  ]);
});

test('anything else gets a line for every tenth', () => {
  expect(shown(false, [0, 0.05, 0.11, 0.19, 0.2, 0.999, 1])).toEqual([
    'writing x: 0 %\n',
    'writing x: 10 %\n',
    'writing x: 20 %\n',
    'writing x: 90 %\n',
    'writing x: 100 %\n',
  ]);
});

test('nothing shown, nothing cleared', () => {
  expect(shown(true, [])).toEqual([]);
});
