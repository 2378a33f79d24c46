import { basename, dirname } from 'node:path';
import { readVocabularyOrBundled } from '../bundled-vocabulary.ts';
import type { SourceModel } from '../source-model.ts';
import { closeAll } from '../stored-tensors.ts';
import { whisperWeights } from '../tensor-layout.ts';
import { openCheckpoint } from './checkpoint.ts';
import { readGeneration, readModelConfig, requireSameSizes, requireUsualFeatures } from './config.ts';
import { huggingFaceLayout } from './layout.ts';

/**
 * Opens a checkpoint of Hugging Face's transformers; the caller closes it.
 * @param path - of its file of weights or the index of several; the configuration lies beside it and, if it is there, the
 * tokenizer: else the model has OpenAI's.
 * @throws ModelImportError
 */
export async function openHuggingFace(path: string): Promise<SourceModel> {
  const folder = dirname(path);
  const model = await readModelConfig(folder);
  const stored = await openCheckpoint(path);
  const { files } = stored;
  try {
    const weights = await whisperWeights(stored, huggingFaceLayout(stored), {
      audio: model.audioHeads,
      text: model.textHeads,
    });
    const { dimensions } = weights;
    requireSameSizes(model, dimensions);
    await requireUsualFeatures(folder, dimensions);
    return {
      origin: `Hugging Face checkpoint ${basename(folder)}`,
      folder,
      files,
      weights,
      tokens: await readVocabularyOrBundled(folder, dimensions),
      config: await readGeneration(folder, model, dimensions),
      isQuantized: false,
      close: () => closeAll(files),
    };
  } catch (error) {
    await closeAll(files);
    throw error;
  }
}
