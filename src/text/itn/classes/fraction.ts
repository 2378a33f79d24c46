import { type Document, foldWord, type Slot } from '../document.ts';
import type { NumberReader } from '../numbers.ts';

/** How a language says the lower part of a fraction. */
export interface FractionSpec {
  /** Denominators by word. */
  readonly denominators: Readonly<Record<string, number>>;
  /** Ending of a cardinal said as a denominator in one word ("veinteavos"), with its plural. */
  readonly suffixes?: readonly string[];
  /** A word after a cardinal that makes it a denominator ("doze avos"). */
  readonly mark?: string;
}

/** "dos tercios", "nineteen hundredths": the text is `2/3`. */
export function fractionSlot(reader: NumberReader, spec: FractionSpec): Slot {
  const denominators = new Map(
    Object.entries(spec.denominators).map(([word, value]) => [foldWord(word), value]),
  );
  const suffixes = (spec.suffixes ?? []).map(foldWord);
  for (const [key, word] of reader.words) {
    if (word.kind === 'zero' || word.kind === 'one' || word.kind === 'scale') continue;
    for (const suffix of suffixes) denominators.set(key + suffix, word.value);
    // "treintavos", "veintiunavos"
    for (const suffix of suffixes) denominators.set(key.slice(0, -1) + suffix, word.value);
    for (const suffix of suffixes)
      if (key.endsWith(suffix[0] ?? '?')) denominators.set(key + suffix.slice(1), word.value);
  }
  return {
    name: 'fraction',
    first: reader.first(),
    match(document: Document, position: number) {
      const limit = document.runEnd(position);
      const numerator = reader.whole(document, position);
      if (numerator === undefined || numerator.value === 0 || numerator.end >= limit) return undefined;
      const found = (end: number, denominator: number) => ({
        end,
        text: `${numerator.digits}/${denominator}`,
        value: numerator.value / denominator,
      });
      const denominator = denominators.get(document.key(numerator.end) ?? '');
      if (denominator !== undefined) return found(numerator.end + 1, denominator);
      const marked = spec.mark === undefined ? undefined : reader.whole(document, numerator.end);
      const isMarked = marked !== undefined && document.keyAfter(marked.end) === spec.mark;
      return isMarked && marked.value > 0 ? found(marked.end + 1, marked.value) : undefined;
    },
  };
}
