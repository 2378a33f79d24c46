import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type EvalReport, readReport, writeReport } from '#theo/eval/report-file.js';

const path = join(mkdtempSync(join(tmpdir(), 'theo-report-')), 'report.json');

const report: EvalReport = {
  kind: 'theo-eval',
  formatVersion: 1,
  theo: '1.0.0',
  date: '2026-01-01T00:00:00.000Z',
  machine: 'one',
  folder: 'clips',
  runs: [
    {
      setup: { mode: 'whole', model: 'a', audioContext: 64, beamSize: 5, variant: 'clean', atOnce: 2 },
      clips: [
        {
          id: '1',
          language: 'en',
          seconds: 1.5,
          reference: 'hi',
          text: 'Hi.',
          score: { unit: 'word', length: 1, substitutions: 0, deletions: 0, insertions: 0, isLoop: false },
          decodeMs: 12.5,
          live: null,
        },
      ],
      wallSeconds: 1,
      cpuSeconds: 2,
      peakMemoryBytes: 1,
    },
  ],
};

describe('a report', () => {
  it('comes back as it was written', async () => {
    await writeReport(path, report);
    expect(await readReport(path)).toEqual(report);
  });

  it.each<[string, string | null, string]>([
    ['a file that is not there', null, 'cannot read'],
    ['no JSON', 'hello', 'is not JSON'],
    ['other JSON', '{"kind":"bench"}', 'is no report of theo eval --json: kind'],
    ['a damaged report', '{"kind":"theo-eval","formatVersion":1,"runs":[{}]}', 'runs.0.setup'],
  ])('%s is refused', async (_what, text, message) => {
    const other = join(mkdtempSync(join(tmpdir(), 'theo-report-')), 'x.json');
    if (text !== null) writeFileSync(other, text);
    await expect(readReport(other)).rejects.toMatchObject({
      code: 'report_invalid',
      message: expect.stringContaining(message) as string,
    });
  });
});
