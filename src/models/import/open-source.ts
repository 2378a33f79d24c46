import { openCTranslate2 } from './ctranslate2/open.ts';
import { ModelImportError } from './errors.ts';
import { openHuggingFace } from './hugging-face/open.ts';
import { openAdapter } from './lora/adapter.ts';
import { readAdapterConfig } from './lora/adapter-config.ts';
import { mergedModel } from './lora/merge.ts';
import { openOpenAi } from './pytorch/open.ts';
import { findSource } from './source-folder.ts';
import type { SourceModel } from './source-model.ts';

/**
 * Opens a model, in whatever form it is; the caller closes it.
 * @param path - of a folder, or of a file of weights in one.
 * @param base - the same of the model that an adapter at `path` is merged into.
 * @throws ModelImportError
 */
export async function openSourceModel(path: string, base?: string): Promise<SourceModel> {
  const source = await findSource(path);
  if (source.form === 'adapter') return openMerged(source.path, base);
  if (base !== undefined) {
    throw new ModelImportError('base_unsuitable', `${path}: a whole model, which is merged into no other`);
  }
  switch (source.form) {
    case 'ctranslate2':
      return openCTranslate2(source.path);
    case 'hugging-face':
      return openHuggingFace(source.path);
    case 'openai':
      return openOpenAi(source.path);
  }
}

async function openMerged(folder: string, base: string | undefined): Promise<SourceModel> {
  if (base === undefined) {
    const { base: trainedOn } = await readAdapterConfig(folder);
    const what = trainedOn === undefined ? '' : ` of ${JSON.stringify(trainedOn.slice(0, 200))}`;
    throw new ModelImportError(
      'base_missing',
      `${folder}: a LoRA adapter${what}: give the folder of that model with --base`,
    );
  }
  const source = await findSource(base);
  if (source.form === 'adapter') {
    throw new ModelImportError('base_unsuitable', `${base}: an adapter itself; --base takes a whole model`);
  }
  const model = await openSourceModel(base);
  try {
    return mergedModel(model, await openAdapter(folder, model.weights.tensors), folder);
  } catch (error) {
    await model.close();
    throw error;
  }
}
