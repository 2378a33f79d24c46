import { describe, expect, it } from 'vitest';
import { compareRuns, counterpartOf } from '#theo/eval/compare.js';
import type { ClipResult, Run, RunSetup } from '#theo/eval/run.js';
import { scoreText } from '#theo/eval/scoring/score.js';
import { summarize } from '#theo/eval/summary.js';

function clip(id: string, language: string, reference: string, text: string): ClipResult {
  const score = scoreText(reference, text, language);
  return { id, language, seconds: 6, reference, text, score, decodeMs: 1, live: null };
}

function run(setup: Partial<RunSetup>, clips: readonly ClipResult[] = []): Run {
  const whole = {
    mode: 'whole',
    model: 'a',
    audioContext: 'default',
    beamSize: 'default',
    variant: 'clean',
    atOnce: 1,
  } as const;
  return { setup: { ...whole, ...setup }, clips, wallSeconds: 1, cpuSeconds: 1, peakMemoryBytes: 1 };
}

describe('which run is compared with which', () => {
  it('prefers the same variant, then the same model, then the same context', () => {
    const [noise, other, context] = [
      run({ variant: 'noise' }),
      run({ model: 'b' }),
      run({ audioContext: 'auto' }),
    ];
    const { setup } = run({});
    expect(counterpartOf(setup, [noise])).toBe(noise);
    expect(counterpartOf(setup, [noise, other])).toBe(other);
    expect(counterpartOf(setup, [noise, other, context])).toBe(context);
  });

  it('never compares live with whole', () => {
    expect(counterpartOf(run({ mode: 'live' }).setup, [run({})])).toBeUndefined();
  });
});

describe('a comparison', () => {
  const before = run({}, [
    clip('1', 'en', 'one two three four', 'one two three four'),
    clip('2', 'en', 'one two three four', 'one two three five'),
    clip('3', 'pt', 'um dois', 'um dois'),
    clip('gone', 'pt', 'um', 'um'),
  ]);
  const now = run({}, [
    clip('1', 'en', 'one two three four', '1, 2, 3, 4.'),
    clip('2', 'en', 'one two three four', 'one two three four'),
    clip('3', 'pt', 'um dois', 'um'),
    clip('new', 'pt', 'um', 'nada'),
  ]);

  it('tells by language how many clips have the same words, and what the errors came to', () => {
    expect(compareRuns(now, before)).toEqual([
      { language: 'en', clips: 2, sameText: 1, errorRateChange: -1 / 8 },
      { language: 'pt', clips: 1, sameText: 0, errorRateChange: 1 / 2 },
      { language: 'all', clips: 3, sameText: 1, errorRateChange: 0 },
    ]);
  });

  it('needs clips in common', () => {
    expect(() => compareRuns(now, run({}, [clip('1', 'en', 'something else', 'x')]))).toThrow(
      'has none of these clips',
    );
  });
});

describe('a summary', () => {
  it('adds up by language, and words apart from characters', () => {
    const clips = [
      clip('1', 'pt', 'um dois três', 'um dois'),
      clip('2', 'pt', 'um', 'um'),
      clip('3', 'en', 'one', 'one two'),
      clip('4', 'ja', '客観', '客'),
    ];
    expect(summarize(clips)).toMatchObject([
      {
        language: 'pt',
        unit: 'word',
        clips: 2,
        minutes: 0.2,
        length: 4,
        errors: 1,
        errorRate: 0.25,
        exact: 1,
      },
      { language: 'en', errors: 1, insertions: 1, errorRate: 1 },
      { language: 'ja', unit: 'character', length: 2, errors: 1 },
      { language: 'all', unit: 'word', clips: 3, length: 5, errors: 2 },
    ]);
  });
});
