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

/**
 * Compares what was heard with what was said. Digits are read in one way in the whole clip: as the number, digit by
 * digit, or as a year, whichever leaves the fewest errors.
 * @param language ISO 639-1 of what was said.
 */
export function scoreText(reference: string, hypothesis: string, language: string): ClipScore {
  let best: (ClipScore & { readonly errors: number }) | undefined;
  for (const reading of readingsOf(`${reference} ${hypothesis}`, language)) {
    const said = scoredTokens(reference, language, 'reference', reading);
    const heard = scoredTokens(hypothesis, language, 'hypothesis', reading);
    const counts = align(said, heard);
    const errors = errorsOf(counts);
    if (best && best.errors <= errors) continue;
    best = {
      ...counts,
      errors,
      unit: scoringUnitOf(language),
      length: said.length,
      isLoop: isLooping(heard, said),
    };
  }
  if (!best) throw new Error('a text has at least one reading');
  const { errors: _, ...score } = best;
  return score;
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
