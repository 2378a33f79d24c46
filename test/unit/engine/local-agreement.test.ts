import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type HypothesisWord, LocalAgreement } from '#theo/engine/local-agreement.js';

function hypothesis(text: string): HypothesisWord[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((word) => ({ text: word, spaceBefore: true, tokens: new Int32Array(), probability: 1 }));
}

function texts(words: readonly HypothesisWord[]): string {
  return words.map((word) => word.text).join(' ');
}

function afterHearing(...hypotheses: string[]): { committed: string; tail: string } {
  const agreement = new LocalAgreement();
  for (const text of hypotheses) agreement.update(hypothesis(text));
  return { committed: texts(agreement.committed), tail: texts(agreement.tail) };
}

describe('LocalAgreement', () => {
  it('commits nothing on one hypothesis', () => {
    expect(afterHearing('the meeting is')).toEqual({ committed: '', tail: 'the meeting is' });
  });

  it('commits what two hypotheses in a row agree on, but never the last word', () => {
    expect(afterHearing('the meeting', 'the meeting')).toEqual({ committed: 'the', tail: 'meeting' });
    expect(afterHearing('the meet', 'the meeting is')).toEqual({ committed: 'the', tail: 'meeting is' });
    expect(afterHearing('the meeting is', 'the meeting is at')).toEqual({
      committed: 'the meeting is',
      tail: 'at',
    });
  });

  it('stops at the first word that differs, whatever agrees behind it', () => {
    expect(afterHearing('a b c d', 'a x c d e')).toEqual({ committed: 'a', tail: 'x c d e' });
  });

  it('compares with the hypothesis before, not with an older one', () => {
    expect(afterHearing('a b c', 'x b c', 'a b c d')).toEqual({ committed: '', tail: 'a b c d' });
  });

  it('ignores a hypothesis that contradicts what is committed', () => {
    expect(afterHearing('a b', 'a b c', 'z y')).toEqual({ committed: 'a b', tail: 'c' });
    expect(afterHearing('a b', 'a b c', 'a')).toEqual({ committed: 'a b', tail: 'c' });
  });

  it('lets the tail shrink', () => {
    expect(afterHearing('a b', 'a b c', 'a b')).toEqual({ committed: 'a b', tail: '' });
  });
});

test('committed words never change and never shrink, whatever is heard', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 6 }), { maxLength: 20 }), (hypotheses) => {
      const agreement = new LocalAgreement();
      let before: readonly HypothesisWord[] = [];
      for (const words of hypotheses) {
        agreement.update(hypothesis(words.join(' ')));
        const { committed } = agreement;
        expect(texts(committed.slice(0, before.length))).toBe(texts(before));
        before = committed;
      }
    }),
  );
});

test('a hypothesis that is repeated is committed but for its last word', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 }), (words) => {
      const { committed, tail } = afterHearing(words.join(' '), words.join(' '));
      expect(committed).toBe(words.slice(0, -1).join(' '));
      expect(tail).toBe(words.at(-1));
    }),
  );
});
