import { isSameToken } from './align.ts';

/** One step from what was said to what was heard; null on the side that has no word there. */
export interface AlignmentStep {
  readonly said: string | null;
  readonly heard: string | null;
  readonly isRight: boolean;
}

/**
 * How a hypothesis is made of a reference by the fewest edits, word by word (Levenshtein). O(reference x hypothesis) time and
 * memory: for the texts of clips, not of books.
 */
export function alignmentOf(said: readonly string[], heard: readonly string[]): readonly AlignmentStep[] {
  const width = heard.length + 1;
  // Edits from the words at a place to the ends of both.
  const edits = new Uint32Array((said.length + 1) * width);
  const at = (row: number, column: number): number => edits[row * width + column] ?? 0;
  for (let row = said.length; row >= 0; row--) {
    for (let column = heard.length; column >= 0; column--) {
      if (row === said.length || column === heard.length) {
        edits[row * width + column] = said.length - row + heard.length - column;
        continue;
      }
      const isRight = isSameToken(said[row] ?? '', heard[column] ?? '');
      const both = at(row + 1, column + 1) + (isRight ? 0 : 1);
      edits[row * width + column] = Math.min(both, at(row + 1, column) + 1, at(row, column + 1) + 1);
    }
  }
  const steps: AlignmentStep[] = [];
  for (let row = 0, column = 0; row < said.length || column < heard.length; ) {
    const word = said[row] ?? null;
    const other = heard[column] ?? null;
    const isRight = word !== null && other !== null && isSameToken(word, other);
    if (word !== null && other !== null && at(row, column) === at(row + 1, column + 1) + (isRight ? 0 : 1)) {
      steps.push({ said: word, heard: other, isRight });
      row++;
      column++;
    } else if (word !== null && at(row, column) === at(row + 1, column) + 1) {
      steps.push({ said: word, heard: null, isRight: false });
      row++;
    } else {
      steps.push({ said: null, heard: other, isRight: false });
      column++;
    }
  }
  return steps;
}
