import { basename, dirname } from 'node:path';
import { ModelImportError } from '../errors.ts';
import type { SourceModel } from '../source-model.ts';
import { closeAll } from '../stored-tensors.ts';
import { whisperWeights } from '../tensor-layout.ts';
import { readVocabulary } from '../vocabulary.ts';
import { readInteger } from '../weights-reader.ts';
import { readConfig } from './config.ts';
import { ctranslate2Layout } from './layout.ts';
import { openCTranslate2File } from './model-file.ts';

/**
 * Opens a model of faster-whisper's; the caller closes it.
 * @param path - of the `model.bin`; vocabulary and `config.json` lie beside it.
 * @throws ModelImportError
 */
export async function openCTranslate2(path: string): Promise<SourceModel> {
  const stored = await openCTranslate2File(path);
  const { files, byName } = stored;
  try {
    if (stored.specification !== 'WhisperSpec') {
      throw new ModelImportError(
        'not_whisper',
        `${path}: a CTranslate2 model, but a ${JSON.stringify(stored.specification)}, not a "WhisperSpec"`,
      );
    }
    const folder = dirname(path);
    const weights = await whisperWeights(stored, ctranslate2Layout, {
      audio: await readInteger(byName.get('encoder/num_heads')),
      text: await readInteger(byName.get('decoder/num_heads')),
    });
    return {
      origin: `CTranslate2 folder ${basename(folder)}`,
      folder,
      files,
      weights,
      tokens: await readVocabulary(folder, weights.dimensions),
      config: await readConfig(folder, weights.dimensions),
      isQuantized: byName.get('decoder/embeddings/weight')?.type === 'int8',
      close: () => closeAll(files),
    };
  } catch (error) {
    await closeAll(files);
    throw error;
  }
}
