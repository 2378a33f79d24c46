import type { WhisperDimensions } from '../whisper/dimensions.ts';
import { headsOf } from './family.ts';
import { openAiFamilies } from './openai.ts';

/**
 * The decoder's heads that follow the audio, [layer, head], of the one model of OpenAI's that has these sizes; a model that
 * was trained on from there keeps them. None where several or none have them.
 */
export function knownHeads(
  dimensions: WhisperDimensions,
): readonly (readonly [layer: number, head: number])[] {
  const kin = openAiFamilies.filter((family) => haveSameSizes(family.dimensions, dimensions));
  const [parent] = kin;
  return parent && kin.length === 1 ? headsOf(parent) : [];
}

function haveSameSizes(a: WhisperDimensions, b: WhisperDimensions): boolean {
  return (Object.keys(a) as (keyof WhisperDimensions)[]).every((key) => a[key] === b[key]);
}
