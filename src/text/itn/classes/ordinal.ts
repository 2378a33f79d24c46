import { foldWord, type Slot } from '../document.ts';
import type { NumberWord } from '../number-words.ts';
import type { NumberReader } from '../numbers.ts';

/** No ordinal has more words. */
const LONGEST = 64;

/**
 * Ordinals whose last word alone is ordinal ("twenty first"): `words` gives the cardinal of each ordinal word.
 */
export function suffixedOrdinal(
  numbers: NumberReader,
  words: Readonly<Record<string, string>>,
  write: (digits: string) => string,
): Slot {
  const ordinals = new Map<string, NumberWord>();
  for (const [ordinal, cardinal] of Object.entries(words)) {
    const word = numbers.words.get(foldWord(cardinal));
    if (word === undefined) throw new Error(`no number word: ${cardinal}`);
    ordinals.set(foldWord(ordinal), word);
  }
  const reader = numbers.with(ordinals);
  return {
    name: 'ordinal',
    first: new Set([...numbers.first(), ...ordinals.keys()]),
    needs: new Set(ordinals.keys()),
    match(document, position) {
      const limit = Math.min(document.runEnd(position), position + LONGEST);
      let last = position;
      while (last < limit && !ordinals.has(document.key(last) ?? '')) {
        const key = document.key(last) ?? '';
        if (!reader.words.has(key) && key !== reader.joiner && !reader.isArticle(key)) return undefined;
        last++;
      }
      if (last >= limit) return undefined;
      const whole = reader.whole(document, position, last + 1);
      if (whole === undefined || whole.end !== last + 1) return undefined;
      return { end: whole.end, text: write(whole.digits), value: whole.value };
    },
  };
}

/** A word of an ordinal all of whose words are ordinal ("vigésimo primeiro"). */
export interface OrdinalWord {
  readonly value: number;
  /** The ending that the written form takes, such as º. */
  readonly ending: string;
}

/** Ordinals that add up words of falling value ("centésimo vigésimo primeiro"). */
export function additiveOrdinal(words: Readonly<Record<string, OrdinalWord>>): Slot {
  const ordinals = new Map(Object.entries(words).map(([word, entry]) => [foldWord(word), entry]));
  return {
    name: 'ordinal',
    first: new Set(ordinals.keys()),
    match(document, position) {
      const limit = document.runEnd(position);
      let value = 0;
      let ending = '';
      let room = Number.POSITIVE_INFINITY;
      let end = position;
      for (; end < limit; end++) {
        const word = ordinals.get(document.key(end) ?? '');
        if (word === undefined || word.value >= room) break;
        value += word.value;
        ending = word.ending;
        room = 10 ** Math.floor(Math.log10(word.value));
        if (word.value % 10 !== 0) room = 0;
      }
      return end === position ? undefined : { end, text: `${value}${ending}`, value };
    },
  };
}
