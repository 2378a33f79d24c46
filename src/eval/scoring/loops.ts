import { isSameToken } from './align.ts';

/** The longest phrase that is looked at, in tokens. */
const maxPhraseTokens = 20;
/** As many times in a row make a loop. */
const minRepeats = 4;

/**
 * Whether a decoder lost its way and said the same again and again: some phrase stands at least four times in a row,
 * and at least twice as often as anything does in the reference.
 */
export function isLooping(hypothesis: readonly string[], reference: readonly string[]): boolean {
  const repeats = mostRepeats(hypothesis);
  return repeats >= minRepeats && repeats >= 2 * mostRepeats(reference);
}

/** How many times in a row the most repeated phrase stands; 1 where nothing is repeated. */
function mostRepeats(tokens: readonly string[]): number {
  let most = 1;
  for (let length = 1; length <= Math.min(maxPhraseTokens, tokens.length / 2); length++) {
    // So many tokens in a row equal the ones `length` before them.
    let run = 0;
    for (let index = length; index < tokens.length; index++) {
      run = isSameToken(tokens[index] ?? '', tokens[index - length] ?? '') ? run + 1 : 0;
      most = Math.max(most, 1 + Math.floor(run / length));
    }
  }
  return most;
}
