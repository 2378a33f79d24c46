import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalize } from '#theo/text/index.js';
import { sayEnglish, sayPortuguese, saySpanish } from './say-numbers.ts';

const NUMBERS = 100_000;

/** Powers of ten of the scale words that stay words after a coefficient. */
const SCALES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  en: {
    million: 6,
    billion: 9,
    trillion: 12,
    quadrillion: 15,
    quintillion: 18,
    sextillion: 21,
    septillion: 24,
  },
  pt: { milh: 6, bilh: 9, trilh: 12, quatrilh: 15, quintilh: 18, sextilh: 21, septilh: 24 },
  es: { mill: 6, bill: 12, trill: 18, cuatrill: 24 },
};

/** "50 million" and "50000000" are both the number fifty million. */
function read(written: string, language: string): bigint | undefined {
  const match = /^(\d+)(?: ([a-z]+?)(?:ão|ões|ón|ones)?)?$/u.exec(written);
  if (match === null) return undefined;
  const [, digits = '', scale] = match;
  if (scale === undefined) return BigInt(digits);
  const exponent = SCALES[language]?.[scale];
  return exponent === undefined ? undefined : BigInt(digits) * 10n ** BigInt(exponent);
}

/** Numbers of all lengths up to 10^24, many of them with zeros inside. */
function* randomNumbers(count: number, seed: number): Generator<bigint> {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let index = 0; index < count; index++) {
    const length = 1 + Math.floor(next() * 24);
    const zeros = next() < 0.5 ? 0.6 : 0.1;
    let digits = String(1 + Math.floor(next() * 9));
    while (digits.length < length) digits += next() < zeros ? '0' : String(Math.floor(next() * 10));
    yield BigInt(digits);
  }
}

const VOICES: readonly (readonly [
  language: string,
  name: string,
  keepUpTo: bigint,
  say: (n: bigint) => string,
])[] = [
  ['en', 'with "and"', 12n, (n) => sayEnglish(n, true)],
  ['en', 'without "and"', 12n, (n) => sayEnglish(n, false)],
  ['pt', 'masculine', 9n, (n) => sayPortuguese(n, false)],
  ['pt', 'feminine', 9n, (n) => sayPortuguese(n, true)],
  ['es', 'masculine', 9n, (n) => saySpanish(n, false)],
  ['es', 'feminine', 9n, (n) => saySpanish(n, true)],
];

describe('numbers said and written again', () => {
  it.each(VOICES)('%s %s', { timeout: 120_000 }, (language, _name, keepUpTo, say) => {
    const wrong: string[] = [];
    for (const number of randomNumbers(NUMBERS, language.length + 17)) {
      const words = say(number);
      const written = normalize(words, { language });
      const isRight = number <= keepUpTo ? written === words : read(written, language) === number;
      if (!isRight && wrong.length < 10) wrong.push(`${number}: ${words} -> ${written}`);
    }
    expect(wrong).toEqual([]);
  });

  it('knows every number to ten thousand', () => {
    const wrong: string[] = [];
    for (const [language, , keepUpTo, say] of VOICES) {
      for (let value = keepUpTo + 1n; value <= 10_000n; value++) {
        const written = normalize(say(value), { language });
        if (written !== String(value)) wrong.push(`${language} ${value}: ${say(value)} -> ${written}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

const NUMBER_WORDS: Readonly<Record<string, string>> = {
  en: "one two three seven ten twelve fifteen twenty thirty ninety hundred thousand million and a point oh o double half quarter past to first second third twentieth dollars cents percent july of the o'clock p m at dot com doctor minus costs between or delay floor lakh crore b c volts miles 5 $5 20",
  pt: 'um uma dois três sete dez quinze vinte trinta noventa cem cento duzentos mil milhão milhões e meia meio vírgula ponto primeiro décimo vigésimo reais centavos por cento março de às horas da tarde arroba com doutora menos para as zero doze oitocentos barra do da entre ou custa 5 R$ metro quilo andar artigo segundo agá tê meio-dia em ponto',
  es: 'un uno una dos tres siete diez quince veinte treinta noventa cien ciento doscientos mil millón millones y media medio coma punto primero décimo vigésimo dólares centavos por ciento abril de las la de la tarde arroba com doctora menos para cero doce barra del cuatroavos treintaidosavos entre o cuesta 5 $ metro kilo piso segundo hache te mexicanos décimas desde hasta',
};

describe.each(Object.keys(NUMBER_WORDS))('any text in %s', (language) => {
  const vocabulary = (NUMBER_WORDS[language] ?? '').split(' ');
  const spoken = fc
    .array(
      fc.tuple(
        fc.constantFrom(...vocabulary, 'casa', 'Hello'),
        fc.constantFrom(' ', ' ', ' ', ' ', '-', ', ', '. '),
      ),
      {
        maxLength: 12,
      },
    )
    .map((pairs) => pairs.map(([word, gap]) => word + gap).join(''));

  it('is normalized once and for all', () => {
    fc.assert(
      fc.property(spoken, (text) => {
        const once = normalize(text, { language });
        expect(normalize(once, { language })).toBe(once);
      }),
      { numRuns: Number(process.env.THEO_FUZZ_RUNS ?? 3000) },
    );
  });

  it('never makes it throw, whatever the characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.boolean(), (text, grouping) => {
        expect(typeof normalize(text, { language, grouping })).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });

  it('passes through byte for byte if there is nothing to write', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...' \t\n.,;!?🙂e\u0301ZŽ💬"\'()-…'), maxLength: 60 }),
        (text) => {
          expect(normalize(text, { language })).toBe(text);
        },
      ),
    );
  });
});
