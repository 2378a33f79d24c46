/** How a hypothesis differs from a reference, by the fewest edits. */
export interface EditCounts {
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
}

/**
 * Levenshtein alignment. Of alignments with equally few edits, the one with the later substitution counts, then
 * deletion, then insertion. O(reference x hypothesis) time, O(hypothesis) memory.
 */
export function align(reference: readonly string[], hypothesis: readonly string[]): EditCounts {
  let previous: Path[] = Array.from({ length: hypothesis.length + 1 }, (_, index) => ({
    edits: index,
    substitutions: 0,
    deletions: 0,
    insertions: index,
  }));
  for (const [row, word] of reference.entries()) {
    const current: Path[] = [{ edits: row + 1, substitutions: 0, deletions: row + 1, insertions: 0 }];
    for (const [column, other] of hypothesis.entries()) {
      const [diagonal, above, left] = [previous[column], previous[column + 1], current[column]];
      if (diagonal && above && left) {
        current.push(isSameToken(word, other) ? diagonal : cheapest(diagonal, above, left));
      }
    }
    previous = current;
  }
  const { substitutions = 0, deletions = 0, insertions = 0 } = previous.at(-1) ?? {};
  return { substitutions, deletions, insertions };
}

/** Whether two tokens of `scoredTokens` have a form in common. */
export function isSameToken(a: string, b: string): boolean {
  if (a === b) return true;
  if (!a.includes('|') && !b.includes('|')) return false;
  const forms = b.split('|');
  return a.split('|').some((form) => forms.includes(form));
}

interface Path extends EditCounts {
  readonly edits: number;
}

function cheapest(diagonal: Path, above: Path, left: Path): Path {
  const edits = Math.min(diagonal.edits, above.edits, left.edits);
  if (diagonal.edits === edits) {
    return { ...diagonal, edits: edits + 1, substitutions: diagonal.substitutions + 1 };
  }
  if (above.edits === edits) return { ...above, edits: edits + 1, deletions: above.deletions + 1 };
  return { ...left, edits: edits + 1, insertions: left.insertions + 1 };
}
