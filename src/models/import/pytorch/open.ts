import { basename, dirname, parse } from 'node:path';
import { knownHeads } from '../../catalogue/known-heads.ts';
import { openAiFamilies } from '../../catalogue/openai.ts';
import { isMultilingual, type WhisperDimensions } from '../../whisper/dimensions.ts';
import { languagesOfVocabulary } from '../../whisper/languages.ts';
import { readVocabularyOrBundled } from '../bundled-vocabulary.ts';
import { ModelImportError } from '../errors.ts';
import { importedModelName } from '../model-name.ts';
import type { SourceModel } from '../source-model.ts';
import { closeAll } from '../stored-tensors.ts';
import { whisperWeights } from '../tensor-layout.ts';
import { openPyTorch, type PyTorchCheckpoint } from './checkpoint.ts';
import { openAiLayout } from './layout.ts';

/** OpenAI's names of sizes, and ours. */
const sizeNames: Readonly<Record<string, keyof WhisperDimensions>> = {
  n_mels: 'mels',
  n_audio_ctx: 'audioContext',
  n_audio_state: 'state',
  n_audio_head: 'audioHeads',
  n_audio_layer: 'audioLayers',
  n_vocab: 'vocabulary',
  n_text_ctx: 'textContext',
  n_text_state: 'state',
  n_text_head: 'textHeads',
  n_text_layer: 'textLayers',
};

/**
 * Opens a checkpoint of OpenAI's own, such as `base.pt`; the caller closes it. It says nothing of languages and vocabulary:
 * they are those of all models of its kind.
 * @throws ModelImportError
 */
export async function openOpenAi(path: string): Promise<SourceModel> {
  const stored = await openPyTorch(path);
  const { files, dims } = stored;
  try {
    const weights = await whisperWeights(stored, openAiLayout, {
      audio: dims?.get('n_audio_head'),
      text: dims?.get('n_text_head'),
    });
    const { dimensions } = weights;
    requireSizes(stored, dimensions);
    const folder = dirname(path);
    return {
      origin: `OpenAI checkpoint ${basename(path)}`,
      name: nameOf(path),
      folder,
      files,
      weights,
      tokens: await readVocabularyOrBundled(folder, dimensions),
      config: {
        languages: isMultilingual(dimensions) ? languagesOfVocabulary(dimensions.vocabulary) : ['en'],
        alignmentHeads: knownHeads(dimensions),
        suppressTokens: [],
      },
      isQuantized: false,
      close: () => closeAll(files),
    };
  } catch (error) {
    await closeAll(files);
    throw error;
  }
}

/** OpenAI calls its files `base.pt`. */
function nameOf(path: string): string {
  const { name } = parse(path);
  const ofOpenAi = `whisper-${name}`;
  return openAiFamilies.some((family) => family.name === ofOpenAi) ? ofOpenAi : importedModelName(name);
}

/** What the checkpoint states has to be what its tensors are. */
function requireSizes({ path, dims = new Map() }: PyTorchCheckpoint, dimensions: WhisperDimensions): void {
  for (const [name, key] of Object.entries(sizeNames)) {
    const stated = dims.get(name);
    if (stated === undefined || stated === dimensions[key]) continue;
    throw new ModelImportError(
      'config_invalid',
      `${path}: "dims" states ${name} ${stated}, but the tensors are those of ${dimensions[key]}`,
    );
  }
}
