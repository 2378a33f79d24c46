import type { IdentifierSpec } from '../entities/identifier.ts';
import type { GrammarSpec } from '../itn/grammar-spec.ts';

/** Endings of inflected forms and what the dictionary form may have in their place. */
export interface Inflection {
  readonly endings: readonly string[];
  readonly bases: readonly string[];
}

/** A spelling and the one that stands for its sound. */
export type Respelling = readonly [pattern: RegExp, sound: string];

/** Everything that the text stage knows of one language; what a language's folder exports. */
export interface Language {
  /** Primary language subtag (BCP 47). */
  readonly code: string;
  /** How numbers, dates, amounts and the like are said and written. */
  readonly grammar: GrammarSpec;
  /** The most frequent words, in lower case with their accents. */
  readonly commonWords: ReadonlySet<string>;
  /** Further words that are right as they are. */
  readonly vocabulary: ReadonlySet<string>;
  /** Endings that make known words of known words. */
  readonly inflections: readonly Inflection[];
  /** Brings spellings of one sound to one letter; later entries see the result of earlier ones. */
  readonly sounds: readonly Respelling[];
  /** Identifiers that the country's authorities and carriers give out; the more certain come first. */
  readonly identifiers: readonly IdentifierSpec[];
}
