import { join } from 'node:path';
import { z } from 'zod';
import { isMultilingual, type WhisperDimensions } from '../whisper/dimensions.ts';
import { languageOfToken, languagesOfVocabulary } from '../whisper/languages.ts';
import { ModelImportError } from './errors.ts';
import { parseSourceJson, readSourceText } from './source-text.ts';

const maxConfigBytes = 2 ** 20;

/** What a model's `config.json` says that its weights do not. */
export interface CTranslate2Config {
  /** ISO 639-1 or 639-3 codes, in the order of the vocabulary. */
  readonly languages: readonly string[];
  /** Attention heads of the decoder that follow the audio, [layer, head]; empty: not stated. */
  readonly alignmentHeads: readonly (readonly [layer: number, head: number])[];
}

const config = z.looseObject({
  alignment_heads: z.array(z.tuple([z.int(), z.int()])).default([]),
  lang_ids: z.array(z.int()).optional(),
});

/**
 * Reads `config.json`; without one, all languages of the vocabulary are taken.
 * @throws ModelImportError `config_invalid`
 */
export async function readConfig(folder: string, dimensions: WhisperDimensions): Promise<CTranslate2Config> {
  const path = join(folder, 'config.json');
  const text = await readSourceText(path, maxConfigBytes, 'config_invalid');
  const parsed = config.safeParse(text === undefined ? {} : parseSourceJson(path, text, 'config_invalid'));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(path, `${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'invalid'}`);
  }
  const { alignment_heads: alignmentHeads, lang_ids: languageTokens } = parsed.data;
  for (const [layer, head] of alignmentHeads) {
    if (layer < 0 || layer >= dimensions.textLayers || head < 0 || head >= dimensions.textHeads) {
      throw invalid(path, `alignment_heads: the decoder has no head [${layer}, ${head}]`);
    }
  }
  return { alignmentHeads, languages: languagesOf(path, dimensions, languageTokens) };
}

function languagesOf(
  path: string,
  dimensions: WhisperDimensions,
  tokens: readonly number[] | undefined,
): readonly string[] {
  if (!isMultilingual(dimensions)) return ['en'];
  const all = languagesOfVocabulary(dimensions.vocabulary);
  if (tokens === undefined || tokens.length === 0) return all;
  const stated = new Set(
    tokens.map((token) => {
      const language = languageOfToken(token);
      if (language === undefined || !all.includes(language)) {
        throw invalid(path, `lang_ids: ${token} is the token of no language`);
      }
      return language;
    }),
  );
  return all.filter((language) => stated.has(language));
}

function invalid(path: string, cause: string): ModelImportError {
  return new ModelImportError('config_invalid', `${path}: ${cause}`);
}
