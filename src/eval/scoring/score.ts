import { align, type EditCounts, isSameToken } from './align.ts';
import { isLooping } from './loops.ts';
import { type ScoringUnit, scoredTokens, scoringUnitOf } from './normalize.ts';
import { type DigitReading, spellsNumbers } from './number-words.ts';

/** What became of one clip's text. */
export interface ClipScore extends EditCounts {
  readonly unit: ScoringUnit;
  /** Words (or characters) of the reference. */
  readonly length: number;
  /** Whether the hypothesis repeats itself where the reference does not. */
  readonly isLoop: boolean;
}

/** Both texts as they are compared. */
export interface ComparedTokens {
  readonly said: readonly string[];
  readonly heard: readonly string[];
  readonly unit: ScoringUnit;
}

/**
 * Compares what was heard with what was said.
 * @param language ISO 639-1 of what was said.
 */
export function scoreText(reference: string, hypothesis: string, language: string): ClipScore {
  const { said, heard, unit } = comparedTokens(reference, hypothesis, language);
  return { ...align(said, heard), unit, length: said.length, isLoop: isLooping(heard, said) };
}

/**
 * What was said and what was heard, word by word (or by character). Digits are read in one way in the whole clip: as the
 * number, digit by digit, or as a year, whichever leaves the fewest errors.
 * @param language ISO 639-1 of what was said.
 */
export function comparedTokens(reference: string, hypothesis: string, language: string): ComparedTokens {
  let best: (ComparedTokens & { readonly errors: number }) | undefined;
  for (const reading of readingsOf(`${reference} ${hypothesis}`, language)) {
    const said = scoredTokens(reference, language, 'reference', reading);
    const heard = scoredTokens(hypothesis, language, 'hypothesis', reading);
    const errors = errorsOf(align(said, heard));
    if (best && best.errors <= errors) continue;
    best = { said, heard, unit: scoringUnitOf(language), errors };
  }
  if (!best) throw new Error('a text has at least one reading');
  return best;
}

/** Whether two hypotheses are the same words, however they are written. */
export function isSameText(a: string, b: string, language: string): boolean {
  const [wordsOfA, wordsOfB] = [a, b].map((text) => scoredTokens(text, language, 'hypothesis'));
  return (
    wordsOfA?.length === wordsOfB?.length &&
    (wordsOfA ?? []).every((word, index) => isSameToken(word, wordsOfB?.[index] ?? ''))
  );
}

export function errorsOf({ substitutions, deletions, insertions }: EditCounts): number {
  return substitutions + deletions + insertions;
}

function readingsOf(text: string, language: string): readonly DigitReading[] {
  return spellsNumbers(language) && /\d\d/.test(text) ? ['cardinal', 'digits', 'year'] : ['cardinal'];
}
