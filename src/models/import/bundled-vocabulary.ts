import { fileURLToPath } from 'node:url';
import { isMultilingual, type WhisperDimensions } from '../whisper/dimensions.ts';
import { ModelImportError } from './errors.ts';
import { readTokenLines, readVocabulary } from './vocabulary.ts';

/**
 * The text tokens of the vocabulary beside a model's weights or, where there is none, of the one that OpenAI trained all
 * models of its kind with: `assets/whisper-vocabularies`.
 * @throws ModelImportError `vocabulary_size` or `vocabulary_broken`
 */
export async function readVocabularyOrBundled(
  folder: string,
  dimensions: WhisperDimensions,
): Promise<readonly Buffer[]> {
  try {
    return await readVocabulary(folder, dimensions);
  } catch (error) {
    if (!(error instanceof ModelImportError) || error.code !== 'vocabulary_missing') throw error;
    const name = isMultilingual(dimensions) ? 'multilingual.txt' : 'english.txt';
    return readTokenLines(
      fileURLToPath(new URL(`../../../assets/whisper-vocabularies/${name}`, import.meta.url)),
    );
  }
}
