import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  type AgreementPolicy,
  type HypothesisWord,
  LocalAgreement,
} from '#theo/engine/whisper/local-agreement.js';
import { joinWords } from '#theo/engine/words.js';

/** A hypothesis whose tokens are its characters: words at spaces, "|" parts words that no space does. */
function hypothesis(text: string): HypothesisWord[] {
  return [...text.matchAll(/(\s?)([^\s|]+)\|?/gu)].map(([, space, word = ''], index) => ({
    text: word,
    spaceBefore: space === ' ' || index === 0,
    tokens: Int32Array.from(space + word, (character) => character.codePointAt(0) ?? 0),
    probability: 1,
  }));
}

const second = 16_000;
const policy: AgreementPolicy = { newSamples: 0.3 * second, minProbability: 0.5 };

/** Each a second after the one before. */
function afterHearing(...hypotheses: string[]): { committed: string; tail: string } {
  const agreement = new LocalAgreement(policy);
  for (const [index, text] of hypotheses.entries()) agreement.update(hypothesis(text), index * second);
  return { committed: joinWords(agreement.committed), tail: joinWords(agreement.tail) };
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

  it('waits for a hypothesis about enough new audio, and compares it with the one before that', () => {
    const agreement = new LocalAgreement(policy);
    agreement.update(hypothesis('why do you'), 0.5 * second);
    agreement.update(hypothesis('why do you'), 0.6 * second);
    expect(joinWords(agreement.committed)).toBe('');
    agreement.update(hypothesis('what do you know'), 0.7 * second);
    expect(joinWords(agreement.tail)).toBe('what do you know');
    agreement.update(hypothesis('why do you know'), 0.8 * second);
    expect(joinWords(agreement.committed)).toBe('why do you');
  });

  it('commits no word that the model doubts, nor what follows it', () => {
    const agreement = new LocalAgreement(policy);
    const doubted = hypothesis('so my fellow americans').map((word, index) => ({
      ...word,
      probability: index === 1 ? 0.4 : 0.9,
    }));
    agreement.update(doubted, second);
    agreement.update(doubted, 2 * second);
    expect(joinWords(agreement.committed)).toBe('so');
    expect(joinWords(agreement.tail)).toBe('my fellow americans');
  });

  it('lets the tail shrink', () => {
    expect(afterHearing('a b', 'a b c', 'a b')).toEqual({ committed: 'a b', tail: '' });
  });
});

describe('agreement on a word', () => {
  it('does not depend on its case and punctuation; the newer form is committed', () => {
    expect(afterHearing('hello my friend', 'Hello, my friend and')).toEqual({
      committed: 'Hello, my friend',
      tail: 'and',
    });
    expect(afterHearing('¿Qué tal? Yo', 'qué tal? yo no')).toMatchObject({ committed: 'qué tal? yo' });
    expect(afterHearing('well — yes sir', 'well yes sir no')).toMatchObject({ committed: 'well yes sir' });
  });

  it.each([
    ['C# is', 'C is it'],
    ['-5 is', '5 is it'],
    ['.5 is', '5 is it'],
    ['5% is', '5 is it'],
    ['3.5 is', '35 is it'],
    ["dogs' is", 'dogs is it'],
    ["don't is", 'dont is it'],
    ['two is', '2 is it'],
    ['pôde is', 'pode is it'],
    ['ice cream is', 'icecream is it'],
  ])('"%s" and "%s": none', (first, second) => {
    expect(afterHearing(first, second).committed).toBe('');
  });

  it('waits where the punctuation at its end is not settled: it depends on what follows', () => {
    expect(afterHearing('I like it. And', 'I like it, and so')).toEqual({
      committed: 'I like it, and',
      tail: 'so',
    });
    expect(afterHearing('I like it. But', 'I like it, and so')).toEqual({
      committed: 'I like',
      tail: 'it, and so',
    });
    expect(afterHearing('I like it, and', 'I like it, so what')).toMatchObject({ committed: 'I like it,' });
  });

  it('leaves open what the committed word goes on with', () => {
    expect(afterHearing('a b c', 'a b d e', 'a b, f e')).toEqual({ committed: 'a b', tail: ', f e' });
    expect(afterHearing('a b c', 'a b d e', 'a b, d e')).toEqual({ committed: 'a b, d', tail: 'e' });
    expect(afterHearing('a meet c', 'a meet d', 'a meeting d')).toEqual({
      committed: 'a meet',
      tail: 'ing d',
    });
  });
});

describe('scripts without spaces', () => {
  it('are committed word by word', () => {
    expect(afterHearing('客観|的|実', '客観|的|実|在|の')).toEqual({ committed: '客観的実', tail: '在の' });
    expect(afterHearing('สวัส|ดี|ค', 'สวัส|ดี|ครับ|ผม')).toEqual({ committed: 'สวัสดี', tail: 'ครับผม' });
  });

  it('agree however their tokens are cut, at boundaries of both', () => {
    expect(afterHearing('客|観的|実|在', '客観|的|実|在|の')).toEqual({
      committed: '客観的実在',
      tail: 'の',
    });
    expect(afterHearing('客|観的|実', '客観|的|存')).toEqual({ committed: '客観的', tail: '存' });
  });

  it('keep their punctuation open', () => {
    expect(afterHearing('好。|我', '好，|我|们')).toEqual({ committed: '好，我', tail: '们' });
    expect(afterHearing('好。|我', '好，|他|们')).toEqual({ committed: '', tail: '好，他们' });
  });
});

/** What may be heard: every hypothesis begins with the committed tokens, as a forced prefix makes it. */
const heard = fc.array(
  fc.array(fc.constantFrom(' a', ' A', ' a,', ' b', ' b.', ' —', '好', '好。', '的'), { maxLength: 6 }),
  { maxLength: 20 },
);

function asWords(texts: readonly string[]): HypothesisWord[] {
  return texts.map((text) => ({
    text: text.trim(),
    spaceBefore: text.startsWith(' '),
    tokens: Int32Array.from(text, (character) => character.codePointAt(0) ?? 0),
    probability: 1,
  }));
}

function sound(words: readonly HypothesisWord[]): string {
  return joinWords(words)
    .toLowerCase()
    .replaceAll(/[.,。—]/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

test('committed text never changes, and two hypotheses in a row say what is committed', () => {
  fc.assert(
    fc.property(heard, (hypotheses) => {
      const agreement = new LocalAgreement(policy);
      let heardSamples = 0;
      let before = '';
      let previous: readonly HypothesisWord[] = [];
      for (const texts of hypotheses) {
        const words = [...agreement.committed, ...asWords(texts)];
        heardSamples += second;
        agreement.update(words, heardSamples);
        const committed = joinWords(agreement.committed);
        expect(committed.startsWith(before)).toBe(true);
        expect(joinWords([...agreement.committed, ...agreement.tail])).toBe(joinWords(words));
        if (committed !== before) {
          expect(joinWords(words).startsWith(committed)).toBe(true);
          expect(sound(previous).startsWith(sound(agreement.committed))).toBe(true);
        }
        before = committed;
        previous = words;
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
