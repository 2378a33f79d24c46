import { expect, test } from 'vitest';
import { RunProgress } from '#theo/cli/eval-output.js';
import { describeSetup, type RunSetup } from '#theo/eval/run.js';

const setup: RunSetup = {
  mode: 'whole',
  model: 'x',
  audioContext: 'default',
  beamSize: 'default',
  variant: 'clean',
  atOnce: 2,
};
const title = describeSetup(setup);

/** Of two runs of the same setup with two clips each. */
function shown(isTTY: boolean): readonly string[] {
  const written: string[] = [];
  const output = { isTTY, write: (text: string) => written.push(text) };
  const progress = new RunProgress(output as unknown as NodeJS.WriteStream);
  for (let run = 0; run < 2; run++) {
    progress.onRun(setup);
    for (const done of [1, 2]) progress.onClip(done, 2);
  }
  return written;
}

test('a terminal shows one line, written over with every clip and cleared after the last', () => {
  const run = [`\r\x1b[K${title} …`, `\r\x1b[K${title}: 1 of 2 clips`, '\r\x1b[K'];
  expect(shown(true)).toEqual([...run, ...run]);
});

test('anything else gets a line a run', () => {
  expect(shown(false)).toEqual([`${title} …\n`, `${title} …\n`]);
});
