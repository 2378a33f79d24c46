import { align } from '#theo/eval/scoring/align.js';
import { errorsOf } from '#theo/eval/scoring/score.js';

/** Words that differ between what was said and what was heard, compared exactly as they are written; and of how many. */
export function exactWordErrors(
  said: string,
  heard: string,
): { readonly errors: number; readonly saidWords: number } {
  const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');
  return { errors: errorsOf(align(words(said), words(heard))), saidWords: words(said).length };
}
