import { basename } from 'node:path';
import type { NativeWeightType } from '../../native.ts';
import type { SourceModel } from './source-model.ts';

/** A description has to stay readable. */
const maxSourcesTold = 8;

/** A file that a model was made from. */
export interface SourceDigest {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a model is and where it came from, in a sentence or two. */
export function describeImport(
  { origin, weights, config }: SourceModel,
  type: NativeWeightType,
  sources: readonly SourceDigest[],
): string {
  const { audioLayers, textLayers, state } = weights.dimensions;
  const { languages } = config;
  const spoken = languages.length === 1 ? `language ${languages[0]}` : `${languages.length} languages`;
  return (
    `Whisper, ${audioLayers} encoder and ${textLayers} decoder layers of ${state}, ${spoken}, weights in ${type}. ` +
    `Imported from the ${origin} (${describeSources(sources)}).`
  );
}

function describeSources(sources: readonly SourceDigest[]): string {
  const told = sources
    .slice(0, maxSourcesTold)
    .map(({ path, bytes, sha256 }) => `${basename(path)}: ${bytes} bytes, SHA-256 ${sha256}`);
  const more = sources.length - told.length;
  return told.join('; ') + (more > 0 ? `; and ${more} more` : '');
}
