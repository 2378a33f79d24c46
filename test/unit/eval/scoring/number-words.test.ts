import { describe, expect, it, test } from 'vitest';
import { spellDigits, spellsNumbers } from '#theo/eval/scoring/number-words.js';

const languages = ['en', 'pt', 'es', 'fr', 'it', 'de'];

describe('numbers in words', () => {
  test.each([
    ['en', '1234', 'one thousand two hundred thirty four'],
    ['pt', '1234', 'mil duzentos|duzentas e trinta e quatro'],
    ['pt', '2100', 'dois|duas mil e cem'],
    ['es', '1234', 'mil doscientos|doscientas treinta y cuatro'],
    ['es', '121', 'ciento veintiuno|veintiún|veintiuna'],
    ['fr', '1291', 'mille deux cent quatre vingt onze'],
    ['fr', '21', 'vingt et un|une'],
    ['it', '1234', 'milleduecentotrentaquattro'],
    ['it', '28', 'ventotto'],
    ['de', '1234', 'eintausendzweihundertvierunddreissig'],
    ['de', '101', 'einhunderteins'],
  ])('%s: %s', (language, digits, words) => {
    expect(spellDigits(digits, language, 'cardinal')?.join(' ')).toBe(words);
  });

  it.each(languages)('%s: no two numbers up to 9999 have the same words', (language) => {
    const seen = new Set<string>();
    for (let value = 0; value < 10_000; value++) {
      seen.add(spellDigits(String(value), language, 'cardinal')?.join(' ') ?? '');
    }
    expect(seen.size).toBe(10_000);
  });

  it('reads digit by digit and years where asked, and where a zero leads', () => {
    expect(spellDigits('902', 'en', 'digits')).toEqual(['nine', 'zero', 'two']);
    expect(spellDigits('007', 'en', 'cardinal')).toEqual(['zero', 'zero', 'seven']);
    expect(spellDigits('1985', 'en', 'year')).toEqual(['nineteen', 'eighty', 'five']);
    expect(spellDigits('1985', 'fr', 'year')).toEqual(spellDigits('1985', 'fr', 'cardinal'));
  });

  it('leaves alone what it cannot read', () => {
    expect(spellDigits('10000', 'en', 'cardinal')).toBeUndefined();
    expect(spellDigits('1234567890123', 'en', 'digits')).toBeUndefined();
    expect(spellDigits('5', 'nl', 'cardinal')).toBeUndefined();
    expect(spellsNumbers('nl')).toBe(false);
  });
});
