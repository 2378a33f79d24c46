import { openCTranslate2 } from './ctranslate2/open.ts';
import { findWeights } from './source-folder.ts';
import type { SourceModel } from './source-model.ts';

/**
 * Opens the model in a folder, in whatever form it is; the caller closes it.
 * @throws ModelImportError
 */
export async function openSourceModel(folder: string): Promise<SourceModel> {
  return openCTranslate2(await findWeights(folder));
}
