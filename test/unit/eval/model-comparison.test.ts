import { describe, expect, it } from 'vitest';
import { advice, comparisonText, markedText } from '#theo/cli/eval-comparison.js';
import { compareModels, isDecided } from '#theo/eval/model-comparison.js';
import type { ClipResult, Run } from '#theo/eval/run.js';
import { scoreText } from '#theo/eval/scoring/score.js';

const said = 'one two three four five';

function clip(id: string, text: string, language = 'en', reference = said): ClipResult {
  return {
    id,
    language,
    seconds: 5,
    reference,
    text,
    score: scoreText(reference, text, language),
    decodeMs: 1,
    live: null,
  };
}

function run(model: string, texts: readonly string[], cpuSeconds = 1): Run {
  const setup = {
    mode: 'whole',
    model,
    audioContext: 'default',
    beamSize: 'default',
    variant: 'clean',
    atOnce: 1,
  } as const;
  const clips = texts.map((text, index) => clip(`clip-${index}`, text));
  return { setup, clips, wallSeconds: 1, cpuSeconds, peakMemoryBytes: 1 };
}

const right = Array.from({ length: 30 }, () => said);
const wrong = Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? said : 'one two three for five'));
const onceWrong = right.map((text, index) => (index === 7 ? 'one two' : text));

describe('compareModels', () => {
  it('the same texts differ by nothing, for sure', () => {
    const { errorRateDifference, differing } = compareModels(run('a', wrong), run('b', wrong));
    expect(errorRateDifference).toEqual({ value: 0, low: 0, high: 0 });
    expect(differing).toEqual([]);
  });

  it('a model that is worse again and again is worse; one bad clip may be chance', () => {
    const often = compareModels(run('a', right), run('b', wrong));
    expect(often.errorRateDifference.value).toBeCloseTo(0.1);
    expect(isDecided(often.errorRateDifference)).toBe(true);
    expect(isDecided(compareModels(run('a', right), run('b', onceWrong)).errorRateDifference)).toBe(false);
  });

  it('is the other way round where the models are', () => {
    const there = compareModels(run('a', right), run('b', wrong)).errorRateDifference;
    const back = compareModels(run('b', wrong), run('a', right)).errorRateDifference;
    expect(back.value).toBeCloseTo(-there.value);
    expect(back.low).toBeLessThan(0);
  });

  it('error rates lie within their intervals, and the clips that differ most come first', () => {
    const { one, other, differing, length } = compareModels(run('a', wrong), run('b', onceWrong));
    for (const { errorRate } of [one, other]) {
      expect(errorRate.low).toBeLessThanOrEqual(errorRate.value);
      expect(errorRate.high).toBeGreaterThanOrEqual(errorRate.value);
    }
    expect(length).toBe(150);
    expect(differing[0]?.one.id).toBe('clip-7');
    expect(differing[0]?.moreErrors).toBe(2);
  });
});

describe('advice', () => {
  const between = (one: Run, other: Run): string => advice(compareModels(one, other));

  it('takes the model with fewer errors where that is no chance, and says what it costs', () => {
    expect(between(run('base', right, 4), run('tiny', wrong, 1))).toBe(
      'Take base: it makes 0.0 % errors instead of 10.0 %, which is no chance. Where 4.0 times the CPU is too much for the machine, tiny is the quicker one.',
    );
    expect(between(run('base', wrong, 4), run('tiny', right, 1))).toBe(
      'Take tiny: it makes 0.0 % errors instead of 10.0 %, which is no chance. It takes 4.0 times less CPU, too.',
    );
  });

  it('takes the quicker one where the clips do not tell them apart', () => {
    expect(between(run('base', right, 2), run('tiny', onceWrong, 1))).toMatch(
      /^These 30 clips do not tell which makes fewer errors.* Take tiny: it takes 2\.0 times less CPU\.$/,
    );
    expect(between(run('base', right, 1), run('tiny', onceWrong, 1))).toMatch(/take either/);
    expect(between(run('base', right, 2), run('tiny', right, 1))).toMatch(
      /^Both make as many errors .* Take tiny/,
    );
  });
});

describe('what is shown of a clip', () => {
  it('marks what was said and not heard, and what was heard and not said', () => {
    expect(markedText(clip('x', 'one too tree four five six'))).toBe(
      'one [-two three-] {+too tree+} four five {+six+}',
    );
    expect(markedText(clip('x', 'One, two, 3 four five.'))).toBe('(all right)');
    expect(markedText(clip('x', ''))).toBe('(nothing)');
  });

  it('goes by characters where the language has no spaces', () => {
    expect(markedText(clip('x', '今天很冷', 'zh', '今天很热'))).toBe('今天很[-热-]{+冷+}');
  });

  it('stands below the figures and what to take', () => {
    const text = comparisonText(compareModels(run('base', right, 4), run('tiny', wrong, 1)));
    expect(text).toMatch(/^base and tiny, whole, 30 clips\n/);
    expect(text).toContain('words wrong');
    expect(text).toMatch(/Where they differ most \(5 of 15 clips\):/);
    expect(text).toContain('  tiny  one two three [-four-] {+for+} five');
  });
});
