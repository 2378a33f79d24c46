import { type Document, foldWord, type Slot } from '../document.ts';
import type { NumberWord } from '../number-words.ts';
import type { NumberReader } from '../numbers.ts';

/** How a language says the lower part of a fraction. */
export interface FractionSpec {
  /** Denominators by word. */
  readonly denominators: Readonly<Record<string, number>>;
  /** Endings that make a denominator of a cardinal ("veinteavos", "treintaidosavos", "sesenta y cuatroavos"). */
  readonly suffixes?: readonly string[];
  /** A word after a cardinal that makes it a denominator ("doze avos"). */
  readonly mark?: string;
}

/** No denominator has more words. */
const LONGEST = 8;

/** "dos tercios", "nineteen hundredths": the text is `2/3`. */
export function fractionSlot(reader: NumberReader, spec: FractionSpec): Slot {
  const denominators = new Map(
    Object.entries(spec.denominators).map(([word, value]) => [foldWord(word), value]),
  );
  const suffixed = suffixedWords(reader, (spec.suffixes ?? []).map(foldWord));
  const suffixedReader = reader.with(suffixed);

  /** A denominator whose last word carries the ending. */
  const suffixedAt = (document: Document, position: number, limit: number) => {
    if (suffixed.size === 0) return undefined;
    const bound = Math.min(limit, position + LONGEST);
    for (let last = position; last < bound; last++) {
      const key = document.key(last) ?? '';
      if (suffixed.has(key)) {
        const whole = suffixedReader.whole(document, position, last + 1);
        return whole?.end === last + 1 ? whole : undefined;
      }
      if (!reader.words.has(key) && key !== reader.joiner) return undefined;
    }
    return undefined;
  };

  /** "doze avos" */
  const markedAt = (document: Document, position: number) => {
    if (spec.mark === undefined) return undefined;
    const whole = reader.whole(document, position);
    const isMarked = whole !== undefined && document.keyAfter(whole.end) === spec.mark;
    return isMarked && whole.value > 0 ? { end: whole.end + 1, value: whole.value } : undefined;
  };

  return {
    name: 'fraction',
    first: reader.first(),
    needs: new Set([
      ...denominators.keys(),
      ...suffixed.keys(),
      ...(spec.mark === undefined ? [] : [spec.mark]),
    ]),
    match(document: Document, position: number) {
      const limit = document.runEnd(position);
      const numerator = reader.whole(document, position);
      if (numerator === undefined || numerator.value === 0 || numerator.end >= limit) return undefined;
      const value = denominators.get(document.key(numerator.end) ?? '');
      const denominator =
        value === undefined
          ? (suffixedAt(document, numerator.end, limit) ?? markedAt(document, numerator.end))
          : { end: numerator.end + 1, value };
      return (
        denominator && {
          end: denominator.end,
          text: `${numerator.digits}/${denominator.value}`,
          value: numerator.value / denominator.value,
        }
      );
    },
  };
}

/** Number words with an ending; vowels may meet ("treintavos") and tens and units join ("treintaidosavos"). */
function suffixedWords(reader: NumberReader, suffixes: readonly string[]): Map<string, NumberWord> {
  const words = new Map<string, NumberWord>();
  const entries = [...reader.words];
  for (const suffix of suffixes) {
    for (const [key, word] of entries) {
      if (word.kind === 'zero' || word.kind === 'scale') continue;
      words.set(key + suffix, word);
      words.set(key.slice(0, -1) + suffix, word);
      if (word.kind !== 'ten') continue;
      for (const [unit, { kind, value }] of entries) {
        if (kind === 'one') words.set(`${key}i${unit}${suffix}`, { kind: 'teen', value: word.value + value });
      }
    }
  }
  return words;
}
