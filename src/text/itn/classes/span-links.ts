import { type Document, foldWord, type SlotValue } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import type { NumberReader } from '../numbers.ts';
import type { Guard } from '../rule.ts';
import { groupDigits } from '../written.ts';

/** Digits from which on the sides of a span are grouped. */
const GROUP_FROM = 4;

/** How a language says "from two to ten", "two or ten" and "between two and ten". */
export interface SpanSpec {
  /** Words between the two numbers: "to", "or". */
  readonly links: readonly string[];
  /** The word before two numbers that the joiner of numbers links: "between". */
  readonly between: readonly string[];
  /** Numbers that may be articles: the second number is one of them only at the end of a phrase. */
  readonly articles: readonly string[];
  /** Where a small number is no first side ("this one or twenty others"). */
  readonly except?: Guard;
  /** A scale that both sides share multiplies both ("two to three hundred" is 200 to 300); else money repeats it. */
  readonly multipliesScale?: boolean;
}

/** Finds the words that link the two sides of a span. */
export class SpanLinks {
  readonly #links: ReadonlySet<string>;
  readonly #between: ReadonlySet<string>;
  readonly #groupSign: string;
  readonly #multipliesScale: boolean;
  readonly #reader: NumberReader;

  constructor({ spans, groupSign }: GrammarSpec, reader: NumberReader) {
    this.#groupSign = groupSign;
    this.#multipliesScale = spans?.multipliesScale === true;
    this.#links = new Set(spans?.links.map(foldWord));
    this.#between = new Set(spans?.between.map(foldWord));
    this.#reader = reader;
  }

  /** The words that link. */
  words(): ReadonlySet<string> {
    return new Set([...this.#links, ...(this.#between.size > 0 ? [this.#reader.joiner] : [])]);
  }

  /** True if the word at `linkAt` links the number that starts at `start` with the one after it. */
  isLink(document: Document, start: number, linkAt: number): boolean {
    const link = document.key(linkAt) ?? '';
    if (this.#links.has(link)) return true;
    return link === this.#reader.joiner && this.#between.has(document.keyBefore(start) ?? '');
  }

  /** Where the second side starts, if a first one goes from `start` to before `end`. */
  secondAt(document: Document, start: number, end: number): number | undefined {
    return end + 1 < document.runEnd(start) && this.isLink(document, start, end) ? end + 1 : undefined;
  }

  /** The first side of "two to three hundred", which is 200; undefined if the sides share no scale. */
  multiplied(document: Document, first: SlotValue, secondAt: number): string | undefined {
    const limit = document.runEnd(secondAt);
    const count = this.#multipliesScale ? this.#reader.belowHundred(document, secondAt, limit) : undefined;
    if (count === undefined || !Number.isInteger(first.value) || first.value >= count.value) return undefined;
    let factor = 1;
    let at = count.end;
    for (; at < limit; at++) {
      const kind = this.#reader.word(document, at, limit)?.kind;
      if (kind !== 'hundred' && kind !== 'thousand') break;
      factor *= kind === 'hundred' ? 100 : 1000;
    }
    // "from one to two hundred" starts at one; "three hundred and five" shares nothing.
    const isFromOne = first.value === 1 && document.keyBefore(secondAt - 2) === 'from';
    const goesOn = this.#reader.whole(document, secondAt)?.end !== at;
    if (factor === 1 || isFromOne || goesOn) return undefined;
    const digits = String(first.value * factor);
    return document.options.grouping ? groupDigits(digits, this.#groupSign, GROUP_FROM) : digits;
  }

  /** "dez a vinte mil": the thousand belongs to both sides. */
  thousands(
    document: Document,
    first: SlotValue,
    second: SlotValue,
    secondAt: number,
  ): { readonly count: number; readonly word: string } | undefined {
    if (this.#multipliesScale) return undefined;
    const last = second.end - 1;
    const isThousand = this.#reader.words.get(document.key(last) ?? '')?.kind === 'thousand';
    const count = second.value / 1000;
    const isShared = isThousand && last > secondAt && first.value > 0 && first.value < count;
    return isShared ? { count, word: document.slice(last, second.end) } : undefined;
  }
}
