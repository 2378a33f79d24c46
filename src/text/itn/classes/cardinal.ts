import { type Document, foldWord, type Slot } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import type { NumberReader } from '../numbers.ts';
import type { Rule } from '../rule.ts';

/** Tells whether the word for minus at a position is the sign of the number after it, and no subtraction. */
export function signReader(
  language: GrammarSpec,
  reader: NumberReader,
): (document: Document, position: number) => boolean {
  return (document, position) => {
    const previous = document.keyBefore(position) ?? '';
    if (reader.words.has(previous) || /\p{N}/u.test(previous)) return false;
    return language.isSign(document, position, position + 1);
  };
}

/** Numbers with or without a sign: "cento e vinte", "minus sixty point two", "3,7 milhões". */
export function cardinalRule(language: GrammarSpec, reader: NumberReader, amount: Slot): Rule {
  const minus = new Set(language.numbers.minus.map(foldWord));
  const isNegativeNumber = signReader(language, reader);
  return {
    name: 'cardinal',
    first: new Set([...amount.first, ...minus]),
    match(document, position) {
      const isNegative = minus.has(document.key(position) ?? '');
      const start = isNegative ? position + 1 : position;
      if (start >= document.runEnd(position)) return undefined;
      const found = document.find(amount, start);
      if (found === undefined) return undefined;
      const isSmall = found.end === start + 1 && found.value <= language.numbers.wordsUpTo;
      if (isNegative) {
        const isSign =
          isNegativeNumber(document, position) && (!isSmall || document.keyAfter(found.end) === undefined);
        return isSign ? { end: found.end, text: `-${found.text}` } : undefined;
      }
      const isIdiom =
        found.end === start + 2 &&
        found.value === Number.POSITIVE_INFINITY &&
        reader.isArticle(document.key(start) ?? '');
      if (isIdiom) return undefined;
      if (isSmall || language.noCardinal?.(document, start, found.end)) return undefined;
      return { end: found.end, text: found.text };
    },
  };
}
