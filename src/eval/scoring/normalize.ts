import { spellOrdinals, unifyEnglish, withoutNumberAnd } from './english.ts';
import { type DigitReading, spellDigits } from './number-words.ts';

/** What a text is compared by: the words, or the characters where a script leaves no (dependable) spaces. */
export type ScoringUnit = 'word' | 'character';

/** Chinese, Cantonese, Japanese, Korean (spaced at will), Thai, Lao, Khmer, Burmese, Tibetan. */
const characterLanguages = new Set(['zh', 'yue', 'ja', 'ko', 'th', 'lo', 'km', 'my', 'bo']);

/** Here references are often written without their accents: they count for nothing. */
const foldedLanguages = new Set(['en', 'es', 'fr']);

const decimalWords: Readonly<Record<string, string>> = {
  en: 'point',
  pt: 'vírgula',
  es: 'coma',
  fr: 'virgule',
  it: 'virgola',
  de: 'komma',
};
const percentWords: Readonly<Record<string, string>> = {
  en: 'percent',
  pt: 'por cento',
  es: 'por ciento',
  fr: 'pour cent',
  it: 'per cento',
  de: 'prozent',
};

/** Words with more than one right spelling. */
const variants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  en: { oh: 'zero|oh' },
  pt: { dezasseis: 'dezesseis', dezassete: 'dezessete', dezanove: 'dezenove', quatorze: 'catorze' },
  fr: { vingts: 'vingt', cents: 'cent' },
  it: { ventitré: 'ventitre' },
};

export function scoringUnitOf(language: string): ScoringUnit {
  return characterLanguages.has(language) ? 'character' : 'word';
}

/**
 * The words (or characters) of a text as they are compared: see docs/evaluation.md. Equal forms of one word are in
 * one string, with `|` between them.
 * @param side remarks in parentheses are dropped from what was heard, not from the reference.
 */
export function scoredTokens(
  text: string,
  language: string,
  side: 'reference' | 'hypothesis',
  reading: DigitReading = 'cardinal',
): readonly string[] {
  const plain = withoutRemarks(unified(text), side);
  return scoringUnitOf(language) === 'character'
    ? [...plain.replace(/[\s\p{S}\p{P}\p{C}]/gu, '')]
    : wordsOf(plain, language, reading);
}

/** One way to write each character, lower case. */
function unified(text: string): string {
  return text
    .replace(/[ºª°]/g, '')
    .replace(/[’‘`´]/g, "'")
    .normalize('NFKC')
    .toLowerCase();
}

/** Without annotations such as "[music]" and "<noise>". */
function withoutRemarks(text: string, side: 'reference' | 'hypothesis'): string {
  const open = text.replace(/\[[^\]]*\]|<[^>]*>/g, ' ');
  return side === 'hypothesis' ? open.replace(/\([^)]*\)/g, ' ') : open;
}

function wordsOf(text: string, language: string, reading: DigitReading): readonly string[] {
  const isEnglish = language === 'en';
  const isFolded = foldedLanguages.has(language);
  let plain = text.replaceAll('ß', 'ss');
  const percent = percentWords[language];
  if (percent !== undefined) plain = plain.replaceAll('%', ` ${percent} `);
  if (isEnglish) plain = plain.replaceAll('&', ' and ').replaceAll('×', ' times ');
  plain = withoutGrouping(plain, isEnglish ? ',' : '.');
  if (isEnglish) plain = spellOrdinals(plain);
  plain = withDecimalWords(plain, language);
  if (isEnglish) plain = unifyEnglish(plain);
  plain = isFolded ? withoutAccents(plain) : plain.normalize('NFC');
  const words = plain
    .replace(isFolded ? /[\p{M}\p{S}\p{P}\p{C}]/gu : /[\p{S}\p{P}\p{C}]/gu, ' ')
    .replace(/(?<=\p{Nd})(?=\p{L})|(?<=\p{L})(?=\p{Nd})/gu, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const spelled = /^[0-9]+$/.test(word) ? spellDigits(word, language, reading) : undefined;
      if (spelled === undefined) return [variants[language]?.[word] ?? word];
      return isFolded ? spelled.map(withoutAccents) : spelled;
    });
  return isEnglish ? withoutNumberAnd(words) : words;
}

/** 1,000,000 is 1000000; only where the groups are of three digits. */
function withoutGrouping(text: string, separator: ',' | '.'): string {
  const group = new RegExp(`(?<![\\d${separator}])(\\d{1,3}(?:\\d{3})*)\\${separator}(\\d{3})(?!\\d)`, 'g');
  let joined = text;
  for (let round = 0; round < 3; round++) joined = joined.replace(group, '$1$2');
  return joined;
}

/** 3.5 is "3 point 5": what stands behind is read digit by digit. */
function withDecimalWords(text: string, language: string): string {
  const word = decimalWords[language];
  if (word === undefined) return text;
  const separator = language === 'en' ? '.' : ',';
  const decimal = new RegExp(`(?<![\\d.,])(\\d+)\\${separator}(\\d+)(?![\\d.,]*\\d)`, 'g');
  return text.replace(
    decimal,
    (_, whole: string, digits: string) => `${whole} ${word} ${[...digits].join(' ')}`,
  );
}

function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '');
}
