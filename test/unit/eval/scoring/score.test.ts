import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { align } from '#theo/eval/scoring/align.js';
import { isLooping } from '#theo/eval/scoring/loops.js';
import { errorsOf, isSameText, scoreText } from '#theo/eval/scoring/score.js';

function errors(reference: string, hypothesis: string, language: string): number {
  return errorsOf(scoreText(reference, hypothesis, language));
}

describe('what counts as the same', () => {
  test.each([
    // Digits and words.
    ['en', 'Press one to continue.', 'press 1 to continue'],
    ['en', 'two hundred and sixty eight', '268'],
    ['en', 'one thousand nine hundred eighty five', '1985'],
    ['en', 'nineteen eighty five', '1985'],
    ['en', 'nineteen hundred', '1900'],
    ['en', 'nineteen oh five', '1905'],
    ['en', 'seven three two one', '7321'],
    ['en', 'one zero zero', '100'],
    ['en', 'nine oh two', '902'],
    ['en', 'the first and twenty second', 'the 1st and 22nd'],
    ['en', 'one hundredth', '100th'],
    ['en', 'one thousand people', '1,000 people'],
    ['en', 'three point one four', '3.14'],
    ['en', 'a twelve percent chance', 'a 12% chance'],
    ['pt', 'duzentos e sessenta e seis', '266'],
    ['pt', 'uma casa', '1 casa'],
    ['pt', 'duas casas', '2 casas'],
    ['pt', 'mil novecentos e oitenta e cinco', '1985'],
    ['pt', 'mil e cem', '1.100'],
    ['pt', 'dezasseis', '16'],
    ['pt', 'vinte por cento', '20%'],
    ['pt', 'três vírgula cinco', '3,5'],
    ['pt', 'cem', '100'],
    ['es', 'presione uno', 'Presione 1.'],
    ['es', 'doscientos sesenta y ocho', '268'],
    ['es', 'veintidós', '22'],
    ['es', 'mil quinientos', '1.500'],
    ['fr', 'trois mille soixante et un', '3061'],
    ['fr', 'quatre-vingt-dix-neuf', '99'],
    ['fr', 'quatre-vingts', '80'],
    ['fr', 'soixante et onze', '71'],
    ['fr', 'deux cents', '200'],
    ['it', 'ventisei', '26'],
    ['it', 'ventitré', '23'],
    ['it', 'duecentosessantotto', '268'],
    ['it', 'millenovecento', '1900'],
    ['de', 'zweihundertachtundsechzig', '268'],
    ['de', 'ein Haus', '1 Haus'],
    ['de', 'neunzehnhundertfünfundachtzig', '1985'],
    ['de', 'neunzehnhundertdreißig', '1930'],
    ['de', 'einundzwanzig', '21'],
    // Case, punctuation, annotations, hesitations.
    ['en', 'hello there', 'Hello, [music] there! (laughs)'],
    ['en', 'Um, the uh results', 'the results'],
    ['pt', 'quinta-feira', 'quinta feira'],
    // Spelling.
    ['en', "we're glad I can't", 'we are glad I cannot'],
    ['en', 'colour of the centre', 'color of the center'],
    ['en', 'realise it', 'realize it'],
    ['en', 'Mr. Quilter', 'mister Quilter'],
    ['de', 'straße', 'Strasse'],
    ['fr', "c'est l'été", 'c’est l’été'],
    ['fr', "l'ete", 'l´été'],
    // Accents, where references often lack them.
    ['es', 'numero', 'número'],
    ['en', 'a cafe', 'a café'],
    // Spaces, where a script has none.
    ['ja', '客観的実在の。', '客観的 実在の'],
    ['ko', '걸어갔다', '걸어 갔다.'],
    ['zh', '自己的脚', '自己的 脚'],
    ['th', 'สวัสดีครับ', 'สวัสดี ครับ'],
    ['km', 'ជំរាបសួរ', 'ជំរាប សួរ'],
    // Languages without number words of ours.
    ['nl', 'Het is 12 uur', 'het is 12 uur.'],
  ])('%s: %s = %s', (language, reference, hypothesis) => {
    expect(scoreText(reference, hypothesis, language)).toMatchObject({
      substitutions: 0,
      deletions: 0,
      insertions: 0,
    });
  });
});

describe('what counts as an error', () => {
  test.each([
    ['en', 'it is two hundred', 'two hundred it is', 4],
    ['en', 'check voice mail', 'check voicemail', 2],
    ['en', 'one house', 'a house', 1],
    ['pt', 'não é', 'nao e', 2],
    ['it', 'perché', 'perche', 1],
    ['ja', '客観的', '客観', 1],
    ['th', 'ไก่', 'ไก', 1],
    ['en', 'sixty eight', '86', 2],
  ])('%s: %s / %s: %i', (language, reference, hypothesis, count) => {
    expect(errors(reference, hypothesis, language)).toBe(count);
  });

  it('tells substitutions, deletions and insertions apart', () => {
    expect(scoreText('a b c d', 'a x c d e', 'nl')).toMatchObject({
      substitutions: 1,
      deletions: 0,
      insertions: 1,
      length: 4,
      unit: 'word',
    });
    expect(scoreText('a b c', 'a c', 'nl')).toMatchObject({ substitutions: 0, deletions: 1, insertions: 0 });
    expect(scoreText('客観的実在', '', 'ja')).toMatchObject({ deletions: 5, length: 5, unit: 'character' });
  });

  it('reads the digits of a clip in one way, the one that fits best', () => {
    expect(errors('nine one one and two thousand twenty', '911 and 2020', 'en')).toBe(2);
  });
});

describe('alignment', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });

  it('is zero on equal texts, and bounded by the longer one', () => {
    fc.assert(
      fc.property(words, words, (reference, hypothesis) => {
        expect(errorsOf(align(reference, reference))).toBe(0);
        const count = errorsOf(align(reference, hypothesis));
        expect(count).toBeGreaterThanOrEqual(Math.abs(reference.length - hypothesis.length));
        expect(count).toBeLessThanOrEqual(Math.max(reference.length, hypothesis.length));
      }),
    );
  });

  it('turns deletions into insertions when the sides change', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const there = align(a, b);
        const back = align(b, a);
        expect(errorsOf(back)).toBe(errorsOf(there));
        expect(there.insertions - there.deletions).toBe(b.length - a.length);
        expect(back.insertions - back.deletions).toBe(a.length - b.length);
      }),
    );
  });

  it('keeps the triangle: no way round is shorter', () => {
    fc.assert(
      fc.property(words, words, words, (a, b, c) => {
        expect(errorsOf(align(a, c))).toBeLessThanOrEqual(errorsOf(align(a, b)) + errorsOf(align(b, c)));
      }),
    );
  });

  it('survives any text in any language', () => {
    const language = fc.constantFrom('en', 'pt', 'es', 'fr', 'it', 'de', 'nl', 'ja', 'th', '');
    const text = fc.string({ unit: fc.constantFrom(..."a1.,%([<é'ß |-½ไ客\u0301\u{1f600}º…") });
    fc.assert(
      fc.property(text, text, language, (a, b, code) => {
        expect(errors(a, a.toUpperCase().toLowerCase(), code)).toBeGreaterThanOrEqual(0);
        const score = scoreText(a, b, code);
        expect(score.deletions + score.substitutions).toBeLessThanOrEqual(score.length);
      }),
    );
  });
});

describe('loops', () => {
  const tokens = (text: string): readonly string[] => text.split(' ');

  test.each([
    ['thank you thank you thank you thank you', 'thank you', true],
    ['so so so so so', 'so it is', true],
    ['we were on the way on the way on the way on the way home', 'we were on the way home', true],
    ['no no no', 'no', false],
    ['one zero zero zero zero two', 'one zero zero zero two', false],
    ['a b a b a b a b', 'a b a b a b a b', false],
    ['', 'anything', false],
  ])('%s', (hypothesis, reference, expected) => {
    expect(isLooping(tokens(hypothesis), tokens(reference))).toBe(expected);
  });
});

describe('the same words in two runs', () => {
  it.each([
    ['en', 'Ask not!', 'ask not', true],
    ['en', 'ask not', 'ask what', false],
    ['en', 'ask', 'ask not', false],
    ['pt', 'São 20 reais', 'são vinte reais', true],
  ])('%s: %s / %s', (language, a, b, expected) => {
    expect(isSameText(a, b, language)).toBe(expected);
  });
});
