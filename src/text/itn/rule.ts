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
  /** Keys of all words that a match can start with; with `any`, the words that the text must hold somewhere. */
  readonly first: ReadonlySet<string>;
  /** True if a match can start at any word of a text that holds one of `first`. */
  readonly any?: boolean;
  match(document: Document, position: number): Rewrite | undefined;
}

/** A condition on the words around a match. */
export type Guard = (document: Document, start: number, end: number) => boolean;
