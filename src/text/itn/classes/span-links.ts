import { type Document, foldWord, type SlotValue } from '../document.ts';
import type { GrammarSpec } from '../grammar-spec.ts';
import type { NumberReader } from '../numbers.ts';

/** How a language says "from two to ten", "two or ten" and "between two and ten". */
export interface SpanSpec {
  /** Words between the two numbers: "to", "or". */
  readonly links: readonly string[];
  /** The word before two numbers that the joiner of numbers links: "between". */
  readonly between: readonly string[];
  /** Numbers that may be articles: the second number is one of them only at the end of a phrase. */
  readonly articles: readonly string[];
}

/** Finds the words that link the two sides of a span. */
export class SpanLinks {
  readonly #links: ReadonlySet<string>;
  readonly #between: ReadonlySet<string>;
  readonly #reader: NumberReader;

  constructor({ spans }: GrammarSpec, reader: NumberReader) {
    this.#links = new Set(spans?.links.map(foldWord));
    this.#between = new Set(spans?.between.map(foldWord));
    this.#reader = reader;
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

  /** "dez a vinte mil": the thousand belongs to both sides. */
  thousands(
    document: Document,
    first: SlotValue,
    second: SlotValue,
    secondAt: number,
  ): { readonly count: number; readonly word: string } | undefined {
    const last = second.end - 1;
    const isThousand = this.#reader.words.get(document.key(last) ?? '')?.kind === 'thousand';
    const count = second.value / 1000;
    const isShared = isThousand && last > secondAt && first.value > 0 && first.value < count;
    return isShared ? { count, word: document.slice(last, second.end) } : undefined;
  }
}
