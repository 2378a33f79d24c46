import { isMultilingual, type WhisperDimensions } from '../whisper/dimensions.ts';
import { languageOfToken, languagesOfVocabulary } from '../whisper/languages.ts';
import { ModelImportError } from './errors.ts';

const maxEntries = 1_000;

/** An attention head of the decoder. */
export type AttentionHead = readonly [layer: number, head: number];

/** What a model's files say of how it is decoded, beside its weights. */
export interface GenerationConfig {
  /** ISO 639-1 or 639-3 codes, in the order of the vocabulary. */
  readonly languages: readonly string[];
  /** Heads that follow the audio; empty: not stated. */
  readonly alignmentHeads: readonly AttentionHead[];
  /** Tokens that are never to be chosen; empty: not stated. */
  readonly suppressTokens: readonly number[];
}

/** As it is stated somewhere, unchecked. */
export interface StatedGeneration {
  /** Their tokens; undefined: all that the vocabulary has. */
  readonly languageTokens?: readonly number[] | undefined;
  readonly alignmentHeads?: readonly AttentionHead[] | undefined;
  readonly suppressTokens?: readonly number[] | undefined;
}

/** What a format calls the fields; for messages. */
export interface GenerationFieldNames {
  readonly languageTokens: string;
  readonly alignmentHeads: string;
  readonly suppressTokens: string;
}

/**
 * Checks what is stated against the model's sizes.
 * @param path - of the file that states it.
 * @throws ModelImportError `config_invalid`
 */
export function checkGeneration(
  path: string,
  names: GenerationFieldNames,
  { languageTokens, alignmentHeads = [], suppressTokens = [] }: StatedGeneration,
  dimensions: WhisperDimensions,
): GenerationConfig {
  for (const [layer, head] of alignmentHeads) {
    if (layer < 0 || layer >= dimensions.textLayers || head < 0 || head >= dimensions.textHeads) {
      throw configInvalid(path, `${names.alignmentHeads}: the decoder has no head [${layer}, ${head}]`);
    }
  }
  const foreign = suppressTokens.find((token) => token < 0 || token >= dimensions.vocabulary);
  if (foreign !== undefined) {
    throw configInvalid(path, `${names.suppressTokens}: the vocabulary has no token ${foreign}`);
  }
  const heads = new Map(alignmentHeads.map((head) => [head.join(), head]));
  const suppressed = new Set(suppressTokens);
  requireFew(path, names.alignmentHeads, heads.size);
  requireFew(path, names.suppressTokens, suppressed.size);
  return {
    alignmentHeads: [...heads.values()],
    suppressTokens: [...suppressed].sort((a, b) => a - b),
    languages: languagesOf(path, names, dimensions, languageTokens),
  };
}

function languagesOf(
  path: string,
  names: GenerationFieldNames,
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
        throw configInvalid(path, `${names.languageTokens}: ${token} is the token of no language`);
      }
      return language;
    }),
  );
  return all.filter((language) => stated.has(language));
}

/** A manifest has to hold them all. */
function requireFew(path: string, name: string, count: number): void {
  if (count > maxEntries)
    throw configInvalid(path, `${name}: ${count} entries, at most ${maxEntries} are plausible`);
}

export function configInvalid(path: string, cause: string): ModelImportError {
  return new ModelImportError('config_invalid', `${path}: ${cause}`);
}
