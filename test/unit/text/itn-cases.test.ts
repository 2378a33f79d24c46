import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { itnLanguages, normalize } from '#theo/text/index.js';

/** Least number of rows of each table, where it is not 25. */
const LEAST: Readonly<Record<string, number>> = { en: 40, pt: 40 };

interface Row {
  readonly spoken: string;
  readonly written: string;
}

/** Reads `spoken => written` lines; lines that start with # are comments. */
function readTable(language: string, file: string): Row[] {
  const text = readFileSync(new URL(`cases/${language}/${file}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [spoken = '', written = ''] = line.split(' => ');
      return { spoken, written };
    });
}

describe.each(itnLanguages)('inverse text normalization in %s', (language) => {
  const files = readdirSync(new URL(`cases/${language}`, import.meta.url)).toSorted();

  describe.each(files)('%s', (file) => {
    const rows = readTable(language, file);

    it('has enough cases', () => {
      expect(rows.length).toBeGreaterThanOrEqual(LEAST[language] ?? 25);
    });

    it.each(rows)('$spoken', ({ spoken, written }) => {
      expect(normalize(spoken, { language })).toBe(written);
    });

    it('leaves its written forms as they are', () => {
      const changed = rows.filter(({ written }) => normalize(written, { language }) !== written);
      expect(changed).toEqual([]);
    });

    it('does not mind capitals', () => {
      const capitalized = (text: string): string =>
        text.replace(/(^| )(\p{L})/gu, (_match, gap: string, letter: string) => gap + letter.toUpperCase());
      const changed = rows.flatMap(({ spoken, written }) =>
        [spoken.toUpperCase(), capitalized(spoken)]
          .map((text) => ({ text, got: normalize(text, { language }) }))
          .filter(({ got }) => got.toLowerCase() !== written.toLowerCase()),
      );
      expect(changed).toEqual([]);
    });

    it('does not mind a full stop', () => {
      const changed = rows
        .filter(({ spoken }) => /[\p{L}\p{N}]$/u.test(spoken))
        .map(({ spoken, written }) => ({ written, got: normalize(`${spoken}.`, { language }) }))
        .filter(({ written, got }) => got !== (written.endsWith('.') ? written : `${written}.`));
      expect(changed).toEqual([]);
    });

    it('works in the middle of a sentence', () => {
      const whole = rows.filter(({ spoken, written }) => spoken !== written && /^[a-z ]+$/u.test(spoken));
      for (const { spoken } of whole) {
        const sentence = `🙂 ${spoken}. 🙂`;
        const written = normalize(sentence, { language });
        expect(written.startsWith('🙂 ')).toBe(true);
        expect(written.endsWith('. 🙂') || written.endsWith('.m. 🙂')).toBe(true);
      }
    });
  });
});

it('knows the languages that have a folder', () => {
  const folders = readdirSync(new URL('../../../src/text/languages', import.meta.url), {
    withFileTypes: true,
  });
  const codes = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(codes.toSorted()).toEqual(itnLanguages.toSorted());
});

describe('thousands separators', () => {
  it.each([
    ['pt', 'quinze mil reais', 'R$ 15.000'],
    ['pt', 'dois mil reais', 'R$ 2.000'],
    ['pt', 'mil e duzentos reais e trinta centavos', 'R$ 1.200,30'],
    ['pt', 'dezoito milhões novecentos e quarenta mil setecentos e vinte e dois', '18.940.722'],
    ['pt', 'mil novecentos e oitenta e oito', '1988'],
    ['pt', '2 mil e quinhentos reais', 'R$ 2.500'],
    ['pt', '20 mil e quinhentos', '20.500'],
    ['pt', 'quinze de março de dois mil e oito', '15 de março de 2008'],
    ['pt', 'duzentos e vinte mil quilômetros', '220.000 km'],
    ['en', 'fifteen thousand dollars', '$15,000'],
    ['en', 'two thousand dollars', '$2,000'],
    ['en', 'twenty five thousand thirty seven', '25,037'],
    ['en', 'nineteen eighty four', '1984'],
    ['en', 'one two three one two three five six seven eight', '123-123-5678'],
    ['es', 'quince mil dólares', '$15.000'],
    ['es', 'veinticinco mil treinta y siete', '25.037'],
    ['es', 'dos mil millones', '2000 millones'],
  ])('%s: %s', (language, spoken, written) => {
    expect(normalize(spoken, { language, grouping: true })).toBe(written);
    expect(normalize(written, { language, grouping: true })).toBe(written);
  });
});

describe('language tags', () => {
  it.each(['pt', 'pt-BR', 'pt_BR', 'PT'])('takes %s', (language) => {
    expect(normalize('dois mil reais', { language })).toBe('R$ 2000');
  });

  it.each(['de', '', 'xx-YY', 'eng'])('leaves text in "%s" as it is', (language) => {
    expect(normalize('dois mil reais two dollars', { language })).toBe('dois mil reais two dollars');
  });
});

describe('what is not to be written in another way', () => {
  it('keeps spaces, punctuation and combining marks around what it writes', () => {
    expect(normalize('  e\u0301  twenty   dollars ,\tok\n', { language: 'en' })).toBe(
      '  e\u0301  $20 ,\tok\n',
    );
  });

  it('does not read across punctuation', () => {
    expect(normalize('at two, thirty people came', { language: 'en' })).toBe('at two, 30 people came');
    expect(normalize('vinte. um', { language: 'pt' })).toBe('20. um');
  });

  it('reads words with decomposed accents', () => {
    expect(normalize('tre\u0302s mi\u006c reais', { language: 'pt' })).toBe('R$ 3000');
  });
});
