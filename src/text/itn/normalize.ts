import { grammarFor } from './grammars.ts';

/** No text is known that needs more than three. */
const mostPasses = 5;

export interface NormalizeOptions {
  /** BCP 47 tag; only the primary subtag counts. */
  readonly language: string;
  /** Write thousands separators (`R$ 15.000`, `$15,000`). Default: false. */
  readonly grouping?: boolean;
}

/**
 * Inverse text normalization: writes numbers, dates, times, amounts and the like in the form in which people write
 * them ("dois mil reais" becomes "R$ 2000"). Everything else passes through byte for byte, as does text in an unknown
 * language. Linear in the length of the text; normalized text stays as it is.
 */
export function normalize(text: string, { language, grouping = false }: NormalizeOptions): string {
  const grammar = grammarFor(language);
  if (!grammar) return text;
  // Speech settles at the first pass. In word salads a written number can complete a phrase that was none before
  // ("a thousand one million"): what is given out is always a text that the grammar leaves alone.
  let written = text;
  for (let pass = 0; pass < mostPasses; pass++) {
    const next = grammar.rewrite(written, { grouping });
    if (next === written) break;
    written = next;
  }
  return written;
}
