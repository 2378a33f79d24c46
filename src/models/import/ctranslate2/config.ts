import { join } from 'node:path';
import { z } from 'zod';
import type { WhisperDimensions } from '../../whisper/dimensions.ts';
import { checkGeneration, type GenerationConfig } from '../generation-config.ts';
import { readConfigFile } from '../source-text.ts';

const config = z.looseObject({
  alignment_heads: z.array(z.tuple([z.int(), z.int()])).optional(),
  lang_ids: z.array(z.int()).optional(),
  suppress_ids: z.array(z.int()).optional(),
});

const fieldNames = {
  languageTokens: 'lang_ids',
  alignmentHeads: 'alignment_heads',
  suppressTokens: 'suppress_ids',
};

/**
 * Reads `config.json`; without one, all languages of the vocabulary are taken.
 * @throws ModelImportError `config_invalid`
 */
export async function readConfig(folder: string, dimensions: WhisperDimensions): Promise<GenerationConfig> {
  const path = join(folder, 'config.json');
  const stated = await readConfigFile(path, config);
  return checkGeneration(
    path,
    fieldNames,
    {
      languageTokens: stated?.lang_ids,
      alignmentHeads: stated?.alignment_heads,
      suppressTokens: stated?.suppress_ids,
    },
    dimensions,
  );
}
