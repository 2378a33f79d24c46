/** Substituted, missing and extra words between what was said and what was heard (Levenshtein distance). */
export function wordErrors(said: string, heard: string): number {
  const reference = words(said);
  const hypothesis = words(heard);
  let previous = Array.from({ length: hypothesis.length + 1 }, (_, index) => index);
  for (const [row, word] of reference.entries()) {
    const current = [row + 1];
    for (const [column, other] of hypothesis.entries()) {
      const substitution = (previous[column] ?? 0) + (word === other ? 0 : 1);
      current.push(Math.min(substitution, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}

export function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
