import fc from 'fast-check';
import { expect, it } from 'vitest';
import { align } from '#theo/eval/scoring/align.js';
import { alignmentOf } from '#theo/eval/scoring/alignment.js';

const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd|e', 'e'), { maxLength: 12 });

it('goes through all words of both, in order, by the fewest edits', () => {
  fc.assert(
    fc.property(words, words, (said, heard) => {
      const steps = alignmentOf(said, heard);
      expect(steps.flatMap((step) => step.said ?? [])).toEqual(said);
      expect(steps.flatMap((step) => step.heard ?? [])).toEqual(heard);
      const { substitutions, deletions, insertions } = align(said, heard);
      expect(steps.filter(({ isRight }) => !isRight)).toHaveLength(substitutions + deletions + insertions);
    }),
  );
});

it('puts what was heard beside what was said', () => {
  expect(alignmentOf(['the', 'cat', 'sat'], ['the', 'hat', 'sat', 'down'])).toEqual([
    { said: 'the', heard: 'the', isRight: true },
    { said: 'cat', heard: 'hat', isRight: false },
    { said: 'sat', heard: 'sat', isRight: true },
    { said: null, heard: 'down', isRight: false },
  ]);
});
