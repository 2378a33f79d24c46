import { type Document, foldWord, type Slot } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import type { NumberReader } from '../numbers.ts';
import type { Rewrite, Rule } from '../rule.ts';
import { unitSlot } from './measure.ts';
import { currencySlot } from './money.ts';
import { SpanLinks } from './span-links.ts';

const DIGITS = /^\p{N}+$/u;

/**
 * Small numbers that stay words alone are written in digits where they are one side of a span whose other side is
 * ("de 9 a 12 pessoas", "10 a 5").
 */
export function spanRule(language: GrammarSpec, reader: NumberReader, amount: Slot): Rule {
  const links = new SpanLinks(language, reader);
  const except = language.spans?.except;
  const articles = new Set(language.spans?.articles.map(foldWord));
  const units = unitSlot(language);
  const currencies = currencySlot(language);

  const isSmall = (document: Document, position: number): boolean => {
    const word = reader.words.get(document.key(position) ?? '');
    const isComplete = word?.kind === 'one' || word?.kind === 'zero' || word?.kind === 'teen';
    return isComplete && word.value <= language.numbers.wordsUpTo;
  };

  /** True if what starts at `position` is written in digits. */
  const isFigure = (document: Document, position: number): boolean => {
    if (DIGITS.test(document.key(position) ?? '')) return true;
    const found = document.find(amount, position);
    if (found === undefined) return false;
    if (found.end > position + 1 || found.value > language.numbers.wordsUpTo) return true;
    if (found.end >= document.runEnd(position)) return false;
    return (
      document.find(units, found.end) !== undefined || document.find(currencies, found.end) !== undefined
    );
  };

  /** Start of the number whose last word is at `last`, if it is written in digits; -1 if not. */
  const figureBefore = (document: Document, last: number): number => {
    if (DIGITS.test(document.key(last) ?? '')) return last;
    let start = last;
    const isNumber = (position: number): boolean => reader.words.has(document.key(position) ?? '');
    if (!isNumber(start)) return -1;
    const runStart = document.tokens[last]?.runStart ?? last;
    while (start > runStart) {
      const isJoined =
        document.key(start - 1) === reader.joiner && start - 1 > runStart && isNumber(start - 2);
      if (isNumber(start - 1)) start--;
      else if (isJoined) start -= 2;
      else break;
    }
    return start === last && isSmall(document, last) ? -1 : start;
  };

  const isFirstSide = (document: Document, position: number): boolean => {
    if (except?.(document, position, position + 1)) return false;
    const secondAt = links.secondAt(document, position, position + 1);
    return secondAt !== undefined && isFigure(document, secondAt);
  };

  const isSecondSide = (document: Document, position: number): boolean => {
    const runStart = document.tokens[position]?.runStart ?? position;
    if (position - 2 < runStart) return false;
    if (articles.has(document.key(position) ?? '') && document.keyAfter(position + 1) !== undefined)
      return false;
    const start = figureBefore(document, position - 2);
    return start >= 0 && links.isLink(document, start, position - 1);
  };

  /** "two to three hundred": both sides are hundreds. */
  const scaled = (document: Document, position: number): Rewrite | undefined => {
    const found = document.find(amount, position);
    const secondAt = found && links.secondAt(document, position, found.end);
    if (found === undefined || secondAt === undefined) return undefined;
    const text = links.multiplied(document, found, secondAt);
    return text === undefined || except?.(document, position, found.end)
      ? undefined
      : { end: found.end, text };
  };

  /** "entre dez e vinte mil" stays "entre 10 e 20 mil": the thousand may belong to both. */
  const inThousands = (document: Document, position: number): Rewrite | undefined => {
    const first = document.find(amount, position);
    const secondAt = first && links.secondAt(document, position, first.end);
    const second = secondAt === undefined ? undefined : document.find(amount, secondAt);
    if (first === undefined || secondAt === undefined || second === undefined) return undefined;
    const thousands = links.thousands(document, first, second, secondAt);
    if (thousands === undefined) return undefined;
    const link = document.slice(first.end, secondAt);
    return { end: second.end, text: `${first.text} ${link} ${thousands.count} ${thousands.word}` };
  };

  return {
    name: 'span',
    first: new Set(language.spans === undefined ? [] : reader.first()),
    needs: links.words(),
    match(document, position) {
      const shared = scaled(document, position) ?? inThousands(document, position);
      if (shared !== undefined || !isSmall(document, position)) return shared;
      const whole = reader.whole(document, position);
      if (whole?.end !== position + 1) return undefined;
      const isSide = isFirstSide(document, position) || isSecondSide(document, position);
      return isSide ? { end: whole.end, text: whole.digits } : undefined;
    },
  };
}
