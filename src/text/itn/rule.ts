import type { Document } from './document.ts';

/** A written form and the index after the last token that it replaces. */
export interface Rewrite {
  readonly end: number;
  readonly text: string;
}

/** The key of all tokens that start with a digit or with the sign of a currency. */
export const WRITTEN = '0';

/** Recognizes one kind of expression at a token. Of all rules that match at a token, the longest match wins. */
export interface Rule {
  readonly name: string;
  /** Keys of all words that a match can start with. */
  readonly first: ReadonlySet<string>;
  /** Keys of which every text with a match holds one; most texts can do without most rules. */
  readonly needs?: ReadonlySet<string>;
  /** True if a match can start at any word of a text that holds one of `needs`. */
  readonly any?: boolean;
  match(document: Document, position: number): Rewrite | undefined;
}

/** A condition on the words around a match. */
export type Guard = (document: Document, start: number, end: number) => boolean;
