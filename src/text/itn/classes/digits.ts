import { type Document, foldWord } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import type { NumberReader } from '../numbers.ts';
import type { Guard, Rewrite, Rule } from '../rule.ts';
import { formatDigits } from '../written.ts';
import { DigitReader, type Item, LONGEST } from './digit-reader.ts';

/** "um dois três quatro cinco" may be counting; longer rows are numbers. */
const LONGEST_COUNTING = 5;

/** Country codes of two digits (ITU-T E.164); 1 and 7 have one digit, all others three. */
const TWO_DIGIT_COUNTRIES = /^(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

function countryCode(digits: string): string {
  if (/^[17]/.test(digits)) return digits.slice(0, 1);
  return digits.slice(0, TWO_DIGIT_COUNTRIES.test(digits) ? 2 : 3);
}

/** Strings of digits: telephone and card numbers, codes, and serials with letters among the digits. */
export function digitRules(language: GrammarSpec, reader: NumberReader): Rule[] {
  const digits = new DigitReader(language, reader);
  const rules = [
    telephoneRule(language, digits),
    separatedRule(language, digits),
    internetAddressRule(language, digits, reader),
  ];
  const { serials } = language.digits;
  if (serials !== false) rules.push(serialRule(digits, reader, serials));
  return rules;
}

function telephoneRule(language: GrammarSpec, reader: DigitReader): Rule {
  const spec = language.digits;
  const plus = new Set(spec.plus.map(foldWord));

  const written = (document: Document, start: number, end: number, digits: string): string => {
    const formats = spec.formats[digits.length];
    if (formats === undefined || spec.plain(document, start, end)) return digits;
    const needsCue = spec.onlyFormatted?.includes(digits.length) ?? false;
    if (needsCue && !spec.formatted(document, start, end)) return digits;
    const bansCue = spec.neverFormatted?.includes(digits.length) ?? false;
    if (bansCue && spec.formatted(document, start, end)) return digits;
    return formatDigits(digits, formats) ?? digits;
  };

  /** Digits one by one; three or more of them. */
  const single = (document: Document, position: number, items: readonly Item[]): Rewrite | undefined => {
    const singles = items.findIndex((item) => item.isPair);
    const taken = singles < 0 ? items : items.slice(0, singles);
    const last = taken.at(-1);
    const all = taken.map((item) => item.digits).join('');
    if (last === undefined || all.length < 3) return undefined;
    // "oh oh oh" is a cry.
    if (/^0+$/.test(all) && !reader.isNumber(document.key(position))) return undefined;
    const isCounting = all.length <= LONGEST_COUNTING && '123456789'.includes(all);
    const isStart = all.startsWith('1') || reader.digit(document.keyBefore(position)) !== undefined;
    if (spec.keepCounting && isCounting && isStart && !spec.plain(document, position, last.end))
      return undefined;
    return { end: last.end, text: written(document, position, last.end, all) };
  };

  const match = (document: Document, position: number): Rewrite | undefined => {
    if (plus.has(document.key(position) ?? '')) return international(document, position);
    const items = reader.items(document, position, spec.pairs);
    const last = items.at(-1);
    const all = items.map((item) => item.digits).join('');
    const pairs = items.filter((item) => item.isPair);
    const isCounting = items.every((item) => item.isPair && item.digits.endsWith('0'));
    const isPhone =
      spec.formats[all.length] !== undefined &&
      items.length > 3 &&
      !isCounting &&
      items.length - pairs.length >= spec.leastSingles &&
      (all.length > 7 || spec.formatted(document, position, position));
    if (last !== undefined && pairs.length > 0 && isPhone) {
      return { end: last.end, text: written(document, position, last.end, all) };
    }
    return single(document, position, items);
  };

  /** "plus forty four one two three ...": the country's code, then a national number. */
  const international = (document: Document, position: number): Rewrite | undefined => {
    if (position + 1 >= document.runEnd(position)) return undefined;
    const items = reader.items(document, position + 1, true);
    const last = items.at(-1);
    const all = items.map((item) => item.digits).join('');
    const code = countryCode(all);
    const national = all.slice(code.length);
    if (last === undefined || national.length < 7 || national.length > 11) return undefined;
    const formats = spec.nationalLengths.includes(national.length)
      ? spec.formats[national.length]
      : undefined;
    return { end: last.end, text: `+${code} ${formatDigits(national, formats ?? []) ?? national}` };
  };

  return { name: 'telephone', first: new Set([...reader.first(spec.pairs), ...plus]), match };
}

/** "five five five dash one two three four", "um um um ponto dois dois dois ponto três três três traço quatro quatro" */
function separatedRule(language: GrammarSpec, reader: DigitReader): Rule {
  const signs = new Map<string, string>();
  for (const [phrase, sign] of Object.entries(language.electronic.signs)) {
    if (/^[-/]$/.test(sign) && !phrase.includes(' ')) signs.set(foldWord(phrase), sign);
  }
  for (const word of language.electronic.dot) signs.set(foldWord(word), '.');
  const match = (document: Document, position: number): Rewrite | undefined => {
    const limit = Math.min(document.runEnd(position), position + LONGEST);
    let text = '';
    let end = position;
    let signCount = 0;
    for (let at = position; ; ) {
      const items = reader.items(document, at, true);
      const last = items.at(-1);
      const digits = items.map((item) => item.digits).join('');
      // The first part must be long enough to be no decimal number.
      if (last === undefined || (signCount === 0 && digits.length < 2)) break;
      text += digits;
      end = last.end;
      const sign = end + 1 < limit ? signs.get(document.key(end) ?? '') : undefined;
      if (sign === undefined) break;
      text += sign;
      signCount++;
      at = end + 1;
    }
    const whole = text.replace(/[-./]$/, '');
    const count = /[-./]$/.test(text) ? signCount - 1 : signCount;
    const isNumber = whole.replace(/\D/g, '').length > 4 && count > 0 && (count > 1 || !whole.includes('.'));
    return isNumber ? { end, text: whole } : undefined;
  };
  return { name: 'separated digits', first: reader.first(true), needs: new Set(signs.keys()), match };
}

/** "one two three dot one two three dot o dot four o" */
function internetAddressRule(language: GrammarSpec, reader: DigitReader, numbers: NumberReader): Rule {
  const dots = new Set(language.electronic.dot.map(foldWord));
  const first = new Set([...reader.first(true), ...numbers.first()]);
  const octet = (
    document: Document,
    start: number,
    limit: number,
  ): { end: number; digits: string } | undefined => {
    const whole = numbers.belowThousand(document, start, limit, false);
    if (whole !== undefined && whole.value > 99)
      return whole.value > 255 ? undefined : { end: whole.end, digits: String(whole.value) };
    let all = '';
    let end = start;
    for (let count = 0; count < 3; count++) {
      const item = reader.item(document, end, limit, true);
      if (item === undefined || all.length + item.digits.length > 3) break;
      all += item.digits;
      end = item.end;
    }
    return all === '' || Number(all) > 255 ? undefined : { end, digits: all };
  };
  const match = (document: Document, position: number): Rewrite | undefined => {
    const limit = document.runEnd(position);
    const octets: string[] = [];
    let at = position;
    for (;;) {
      const found = octet(document, at, limit);
      if (found === undefined) return undefined;
      octets.push(found.digits);
      at = found.end;
      if (octets.length === 4) return { end: at, text: octets.join('.') };
      if (at >= limit || !dots.has(document.key(at) ?? '')) return undefined;
      at++;
    }
  };
  return { name: 'internet address', first, needs: dots, match };
}

const LETTER = /^[a-z]$/;

/** "a b nine", "x eighty six", "x three eighty six": single letters and digits, at least one digit. */
function serialRule(reader: DigitReader, numbers: NumberReader, mayEndInNumber: Guard): Rule {
  const alphabet = new Set('abcdefghijklmnopqrstuvwxyz');
  const first = new Set([...reader.first(false), ...alphabet]);
  const match = (document: Document, position: number): Rewrite | undefined => {
    const limit = Math.min(document.runEnd(position), position + LONGEST);
    let text = '';
    let letters = 0;
    let end = position;
    while (end < limit) {
      const key = document.key(end) ?? '';
      const item = reader.item(document, end, limit, false);
      const isZero = key !== 'o' || /\d$/.test(text);
      if (item !== undefined && isZero) {
        text += item.digits;
        end = item.end;
      } else if (LETTER.test(key)) {
        text += document.slice(end, end + 1);
        letters++;
        end++;
      } else break;
    }
    const number = end < limit && letters > 0 ? numbers.belowHundred(document, end, limit) : undefined;
    const closing = number !== undefined && number.value > 9 ? number : undefined;
    const isArticle =
      /^[ai]$/.test(document.key(position) ?? '') && !LETTER.test(document.key(position + 1) ?? '');
    // "5 m twelve" holds a unit, not a serial.
    const isUnit = /\p{N}$/u.test(document.keyBefore(position) ?? '');
    if (letters === 0 || isArticle || isUnit) return undefined;
    if (closing !== undefined && /^\D+\d?$/.test(text) && mayEndInNumber(document, position, closing.end))
      return { end: closing.end, text: `${text}${closing.value}` };
    return text.length > 2 && /\d/.test(text) ? { end, text } : undefined;
  };
  return { name: 'serial', first, needs: alphabet, match };
}
