import { isMultilingual } from '../whisper/dimensions.ts';
import type { GgmlModel } from '../whisper/ggml-reader.ts';
import { languagesOfVocabulary } from '../whisper/languages.ts';
import { manifestYaml } from '../whisper/manifest-yaml.ts';
import { knownHeads } from './known-heads.ts';

export interface GgmlManifestOptions {
  /** The model's, which is its folder's. */
  readonly name: string;
  /** The weights' file name in the folder. */
  readonly weightsFile: string;
  /** Where the file came from; stands behind what the model is. */
  readonly origin: string;
}

/**
 * The `theo.yaml` of any whisper.cpp file, by what `readGgmlModel` found in it: the languages of its vocabulary,
 * translation where it has several, and the alignment heads of the one model of OpenAI's that has its sizes. A model that
 * was trained on from there keeps them.
 */
export function ggmlManifest(
  { dimensions, type, bytes }: GgmlModel,
  { name, weightsFile, origin }: GgmlManifestOptions,
): string {
  const multilingual = isMultilingual(dimensions);
  const languages = multilingual ? languagesOfVocabulary(dimensions.vocabulary) : ['en'];
  const { audioLayers, textLayers, state } = dimensions;
  const spoken = multilingual ? `${languages.length} languages` : 'English';
  return manifestYaml({
    name,
    description:
      `Whisper, ${audioLayers} encoder and ${textLayers} decoder layers of ${state}, ${spoken}, weights in ${type}. ` +
      origin,
    weightsFile,
    weightsBytes: bytes,
    dimensions,
    languages,
    translates: multilingual,
    alignmentHeads: knownHeads(dimensions),
  });
}
