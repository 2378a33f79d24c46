import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { compressionRatioOf, type DecodeEvidence, evidenceOf } from '#theo/engine/whisper/guards/evidence.js';
import { defectOf, judge } from '#theo/engine/whisper/guards/verdict.js';
import { heard } from '../../../../support/fake-decoder.ts';

const plain: DecodeEvidence = {
  text: 'the meeting is at ten',
  avgLogProbability: -0.2,
  noSpeechProbability: 0.05,
  compressionRatio: 0.8,
  truncated: 'none',
};

function verdictOn(changes: Partial<DecodeEvidence>): string {
  const verdict = judge({ ...plain, ...changes });
  return verdict.kind === 'speech' ? verdict.kind : verdict.reason;
}

describe('the verdict on a final', () => {
  it('is speech, however unsure of the words the decoder is', () => {
    expect(verdictOn({})).toBe('speech');
    expect(verdictOn({ avgLogProbability: -2.5 })).toBe('speech');
    expect(verdictOn({ noSpeechProbability: null })).toBe('speech');
  });

  it('is speech, however likely silence, when the decoder is sure of the words', () => {
    expect(verdictOn({ noSpeechProbability: 0.95 })).toBe('speech');
  });

  it('is silence when both are in doubt', () => {
    expect(verdictOn({ noSpeechProbability: 0.7, avgLogProbability: -1.4 })).toBe('silence');
  });

  it('is speech where loud noise makes silence half likely', () => {
    expect(verdictOn({ text: 'Thank you.', noSpeechProbability: 0.55, avgLogProbability: -0.8 })).toBe(
      'speech',
    );
  });

  it('is none of an empty text', () => {
    expect(verdictOn({ text: '' })).toBe('empty');
  });

  it.each([
    'Thank you.',
    'thanks for watching!',
    'Obrigado.',
    'ご視聴ありがとうございました',
    '谢谢 大家。',
    'you',
  ])('on "%s" depends on the evidence', (text) => {
    expect(verdictOn({ text })).toBe('speech');
    expect(verdictOn({ text, noSpeechProbability: 0.7 })).toBe('courtesy');
    expect(verdictOn({ text, noSpeechProbability: null })).toBe('speech');
    expect(verdictOn({ text, noSpeechProbability: null, avgLogProbability: -1.2 })).toBe('courtesy');
  });

  it('on a sentence with such a phrase in it does not', () => {
    expect(verdictOn({ text: 'Thank you for the report.', noSpeechProbability: 0.7 })).toBe('speech');
  });
});

describe('what looks broken about a final', () => {
  it('is nothing about a plain one, and nothing where nobody spoke', () => {
    expect(defectOf(plain)).toBeUndefined();
    expect(defectOf({ ...plain, noSpeechProbability: 0.7, avgLogProbability: -1.4 })).toBeUndefined();
    expect(defectOf({ ...plain, text: '', noSpeechProbability: 0.9, truncated: 'loop' })).toBeUndefined();
    expect(defectOf({ ...plain, text: '', noSpeechProbability: null })).toBeUndefined();
  });

  it('is named', () => {
    expect(defectOf({ ...plain, truncated: 'loop' })).toEqual({ kind: 'loop' });
    expect(defectOf({ ...plain, truncated: 'budget' })).toEqual({ kind: 'token_budget' });
    expect(defectOf({ ...plain, text: '' })).toEqual({ kind: 'wordless' });
    expect(defectOf({ ...plain, avgLogProbability: -1.1 })).toEqual({
      kind: 'doubtful',
      avgLogProbability: -1.1,
    });
    const repeated = compressionRatioOf('and then we went there '.repeat(8));
    expect(defectOf({ ...plain, compressionRatio: repeated })).toEqual({
      kind: 'repetitive',
      compressionRatio: repeated,
    });
  });
});

test('the compression ratio is that of zlib, as in the original', () => {
  // python3 -c 'import zlib; t = ("na " * 20).encode(); print(len(t) / len(zlib.compress(t)))'
  expect(compressionRatioOf('na '.repeat(20))).toBeCloseTo(60 / 14, 5);
  expect(compressionRatioOf('客観的実在の判断的知識が成立するのである。')).toBeLessThan(1.2);
});

test('annotations are no evidence of words', () => {
  expect(evidenceOf(heard('[Music] yes (laughs)')).text).toBe('yes');
  expect(judge(evidenceOf(heard('[Music]')))).toEqual({ kind: 'no_speech', reason: 'empty' });
});

test('sentences are not taken for repetition', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-z]{2,9}$/), { minLength: 1, maxLength: 60 }),
      (words) => {
        expect(compressionRatioOf(words.join(' '))).toBeLessThan(2.4);
      },
    ),
  );
});
