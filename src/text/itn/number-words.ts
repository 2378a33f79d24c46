import { foldWord } from './document.ts';

/** Whether a joining word ("and", "e", "y") stands between two parts of a number. */
export type Joint = 'always' | 'optional' | 'never';

/** How a language says whole numbers. */
export interface NumberSpec {
  readonly zero: readonly string[];
  /** 1 to 9, with all genders. */
  readonly ones: Readonly<Record<string, number>>;
  /** Words that are complete below a hundred and take no unit: 10 to 19, in Spanish 21 to 29 too. */
  readonly teens: Readonly<Record<string, number>>;
  /** 20 to 90. */
  readonly tens: Readonly<Record<string, number>>;
  /** 100 to 900 as single words that tens may follow ("cento", "duzentas"). */
  readonly hundreds?: Readonly<Record<string, number>>;
  /** 100 as a word that only a larger scale may follow ("cem", "cien"). */
  readonly exactHundred?: readonly string[];
  /** The word that multiplies the number before it by 100 ("hundred"). */
  readonly hundred?: readonly string[];
  readonly thousand: readonly string[];
  /** "mil" alone is 1000; "thousand" alone is no number. */
  readonly bareThousand: boolean;
  /** Larger scales by their power of ten. */
  readonly scales: Readonly<Record<number, readonly string[]>>;
  /** Words that count as one before "hundred" and "thousand" ("a"). */
  readonly article?: readonly string[];
  /** After these words an article starts no number ("half a million"). */
  readonly articleNotAfter?: readonly string[];
  readonly joiner: string;
  readonly joints: { readonly tens: Joint; readonly hundreds: Joint; readonly scales: Joint };
  /** A number up to this one stays a word when it stands alone. */
  readonly wordsUpTo: number;
  readonly minus: readonly string[];
}

export type NumberWordKind =
  | 'zero'
  | 'one'
  | 'teen'
  | 'ten'
  | 'hundreds'
  | 'exactHundred'
  | 'hundred'
  | 'thousand'
  | 'scale';

/** A number word; `value` of a scale is its power of ten. */
export interface NumberWord {
  readonly kind: NumberWordKind;
  readonly value: number;
}

/** The number words of a language by key. */
export function numberWords(spec: NumberSpec): ReadonlyMap<string, NumberWord> {
  const words = new Map<string, NumberWord>();
  const add = (kind: NumberWordKind, entries: Readonly<Record<string, number>>): void => {
    for (const [word, value] of Object.entries(entries)) words.set(foldWord(word), { kind, value });
  };
  const same = (list: readonly string[] | undefined, value: number): Record<string, number> =>
    Object.fromEntries((list ?? []).map((word) => [word, value]));
  add('zero', same(spec.zero, 0));
  add('one', spec.ones);
  add('teen', spec.teens);
  add('ten', spec.tens);
  add('hundreds', spec.hundreds ?? {});
  add('exactHundred', same(spec.exactHundred, 100));
  add('hundred', same(spec.hundred, 100));
  add('thousand', same(spec.thousand, 1000));
  for (const [exponent, list] of Object.entries(spec.scales)) add('scale', same(list, Number(exponent)));
  return words;
}
