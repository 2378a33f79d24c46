import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EvalReport } from '#theo/eval/report-file.js';
import { clip } from '../support/clips.ts';
import { modelsDir } from '../support/models.ts';
import { startTheo, type TheoOutcome } from '../support/theo-process.ts';

/** `theo eval` with nobody's settings. */
function evaluate(...args: readonly string[]): Promise<TheoOutcome> {
  const home = mkdtempSync(join(tmpdir(), 'theo-eval-home-'));
  return startTheo(['eval', ...args], { ...process.env, HOME: home, THEO_MODELS_DIR: modelsDir }).outcome;
}

function readReport(path: string): EvalReport {
  return JSON.parse(readFileSync(path, 'utf8')) as EvalReport;
}

const folder = mkdtempSync(join(tmpdir(), 'theo-eval-clips-'));
/** Of recordings of which there are none. */
const empty = mkdtempSync(join(tmpdir(), 'theo-eval-empty-'));
const out = (name: string): string => join(folder, name);

beforeAll(() => {
  writeFileSync(join(empty, 'manifest.tsv'), 'id\tlanguage\treference\n');
  const rows = [clip('en_01'), clip('pt_01')].map(({ file, language, text }) => {
    copyFileSync(join('test', 'fixtures', 'audio', file), join(folder, file));
    return [file.replace('.wav', ''), 'a person', language, text].join('\t');
  });
  writeFileSync(join(folder, 'manifest.tsv'), `id\tvoice\tlanguage\treference\n${rows.join('\n')}\n`);
});

describe('theo eval', () => {
  it('whole: error rates by language, all there is in JSON, and a comparison with an earlier run', async () => {
    const first = await evaluate(
      folder,
      '--model',
      'theo-demo',
      '--mode',
      'whole',
      '--json',
      out('first.json'),
    );
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/^whole, theo-demo$/m);
    expect(first.stdout).toMatch(/^en +1 .* 0\.00 /m);
    expect(first.stdout).toMatch(/^all +2 .* 0\.00 /m);
    expect(first.stdout).not.toContain('same words');

    const [run] = readReport(out('first.json')).runs;
    expect(run?.clips.map(({ id, language }) => [id, language])).toEqual([
      ['en_01', 'en'],
      ['pt_01', 'pt'],
    ]);
    expect(run?.clips[0]).toMatchObject({
      text: clip('en_01').text,
      reference: clip('en_01').text,
      live: null,
    });
    expect(run?.cpuSeconds).toBeGreaterThan(0);

    const second = await evaluate(
      ...[folder, '--model', 'theo-demo', '--mode', 'whole', '--variant', 'quiet', '--audio-ctx', 'full'],
      ...['--languages', 'pt', '--baseline', out('first.json'), '--chart', out('chart.svg')],
    );
    expect(second.code, second.stderr).toBe(0);
    expect(second.stdout).toContain('whole, theo-demo, audio_ctx full, quiet (30 dB softer)');
    expect(second.stdout).toMatch(/^pt +1 .*of 1 \(/m);
    expect(readFileSync(out('chart.svg'), 'utf8')).toContain('Error rate by language');
  });

  it('live: what people wait, and what the server uses', async () => {
    const { code, stdout, stderr } = await evaluate(
      ...[folder, '--model', 'theo-demo', '--mode', 'live', '--talkers', '2', '--json', out('live.json')],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('live, theo-demo, 2 talkers');
    expect(stdout).toMatch(/^server: .* cores/m);
    const [run] = readReport(out('live.json')).runs;
    for (const result of run?.clips ?? []) {
      expect(result.text).toBe(result.reference);
      // After the shortest speech that is told of; and after the silence that ends an utterance.
      expect(result.live?.firstTextMs).toBeGreaterThan(200);
      expect(result.live?.firstRightWordMs).toBeGreaterThanOrEqual(result.live?.firstTextMs ?? Number.NaN);
      expect(result.live?.finalDelayMs).toBeGreaterThan(200);
      expect(result.live?.partials).toBeGreaterThan(0);
      expect(result.live?.utterances).toBe(1);
    }
    expect(run?.cpuSeconds).toBeGreaterThan(0);
  });

  it('lets two models hear the same, and says which to take', { timeout: 120_000 }, async () => {
    const { code, stdout, stderr } = await evaluate(
      ...[folder, '--compare', 'theo-demo,whisper-base', '--mode', 'whole', '--languages', 'en'],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^theo-demo and whisper-base, whole, 1 clip$/m);
    expect(stdout).toMatch(/^words wrong +\d+ of \d+ +\d+ of \d+$/m);
    expect(stdout).toMatch(/Take theo-demo/);
  });

  it.each([
    ['one model', ['--compare', 'theo-demo'], 'must be two names of models'],
    ['a model with itself', ['--compare', 'theo-demo,theo-demo'], 'name two different models'],
    [
      'models in two ways',
      ['--compare', 'theo-demo,whisper-base', '--model', 'theo-demo'],
      'leave --model out',
    ],
  ])('does not compare %s', async (_what, flags, message) => {
    const { code, stderr } = await evaluate(folder, ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('compares contexts of one model in one go', async () => {
    const { code, stdout } = await evaluate(
      ...[folder, '--model', 'theo-demo', '--mode', 'whole', '--audio-ctx', 'full', '--audio-ctx', 'auto'],
    );
    expect(code).toBe(0);
    expect(stdout).toContain('compared with: whole, theo-demo, audio_ctx full');
    expect(stdout).toMatch(/^all .*2 of 2 \(100 %\) +\+0\.00 points$/m);
  });

  it.each<[string, readonly string[], string]>([
    ['a folder that is not there', ['/nowhere'], 'cannot read the folder /nowhere'],
    ['a folder without clips', [join('test', 'unit')], 'it needs a manifest.tsv'],
    ['an unknown model', [folder, '--model', 'x'], 'no model "x" (available: theo-demo, whisper-base)'],
    ['a language that no clip has', [folder, '--languages', 'xx'], 'there are: en, pt'],
    ['a manifest without recordings', [empty], `no clips in ${empty}`],
    [
      'an unknown variant',
      [folder, '--variant', 'loudest'],
      '--variant: must be one of clean, quiet, loud, noise, telephone, not "loudest"',
    ],
    ['an unknown mode', [folder, '--mode', 'dead'], '--mode: must be one of whole, live, both, not "dead"'],
    [
      'a context that is none',
      [folder, '--audio-ctx', '9999'],
      '--audio-ctx: must be one of auto, full, or an integer from 1 to 1500, not "9999"',
    ],
    [
      'a language that is none',
      [folder, '--language', 'English'],
      '--language: must be given, or a language code',
    ],
    [
      'a language that the model does not know',
      [folder, '--model', 'theo-demo', '--language', 'zz'],
      'the model theo-demo does not know zz: give another --language',
    ],
    [
      'a limit that is none',
      [folder, '--limit', '0'],
      '--limit: must be an integer from 1 to 1000000, not "0"',
    ],
    [
      'a baseline that is none',
      [folder, '--baseline', 'package.json'],
      'package.json is no report of theo eval --json',
    ],
  ])('%s: says so and exits with 2', async (_what, args, message) => {
    const { code, stdout, stderr } = await evaluate(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
