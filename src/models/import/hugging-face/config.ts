import { join } from 'node:path';
import { z } from 'zod';
import type { WhisperDimensions } from '../../whisper/dimensions.ts';
import { ModelImportError } from '../errors.ts';
import {
  type AttentionHead,
  checkGeneration,
  configInvalid,
  type GenerationConfig,
} from '../generation-config.ts';
import { readConfigFile } from '../source-text.ts';

/** transformers' WhisperConfig, as far as the weights do not say it. */
export interface HuggingFaceConfig {
  readonly path: string;
  readonly audioHeads: number | undefined;
  readonly textHeads: number | undefined;
  /** Sizes that the weights have, too. */
  readonly sizes: readonly (readonly [
    field: string,
    stated: number | undefined,
    size: keyof WhisperDimensions,
  ])[];
  readonly suppressTokens: readonly number[] | undefined;
}

const count = z.int().optional();
const tokens = z.array(z.int()).nullish();

const modelConfig = z.looseObject({
  model_type: z.string(),
  d_model: count,
  vocab_size: count,
  encoder_layers: count,
  decoder_layers: count,
  encoder_attention_heads: count,
  decoder_attention_heads: count,
  num_mel_bins: count,
  max_source_positions: count,
  max_target_positions: count,
  activation_function: z.string().default('gelu'),
  scale_embedding: z.boolean().default(false),
  suppress_tokens: tokens,
});

const generationConfig = z.looseObject({
  alignment_heads: z.array(z.tuple([z.int(), z.int()])).nullish(),
  lang_to_id: z.record(z.string(), z.int()).nullish(),
  suppress_tokens: tokens,
});

/** What the engine computes from audio; it has no place for another. */
const features = { sampling_rate: 16_000, n_fft: 400, hop_length: 160 };

const featureConfig = z.looseObject({
  feature_size: count,
  sampling_rate: count,
  n_fft: count,
  hop_length: count,
});

/**
 * Reads a checkpoint's `config.json`.
 * @throws ModelImportError `config_invalid` or `not_whisper`
 */
export async function readModelConfig(folder: string): Promise<HuggingFaceConfig> {
  const path = join(folder, 'config.json');
  const stated = await readConfigFile(path, modelConfig);
  if (!stated) throw configInvalid(path, "no such file: copy it from the model's source");
  if (stated.model_type !== 'whisper') {
    throw new ModelImportError(
      'not_whisper',
      `${path}: model_type is ${JSON.stringify(stated.model_type.slice(0, 100))}, not "whisper"`,
    );
  }
  if (!stated.activation_function.startsWith('gelu') || stated.scale_embedding) {
    throw configInvalid(
      path,
      'activation_function other than gelu, or scale_embedding: the engine computes neither',
    );
  }
  return {
    path,
    audioHeads: stated.encoder_attention_heads,
    textHeads: stated.decoder_attention_heads,
    sizes: [
      ['d_model', stated.d_model, 'state'],
      ['vocab_size', stated.vocab_size, 'vocabulary'],
      ['encoder_layers', stated.encoder_layers, 'audioLayers'],
      ['decoder_layers', stated.decoder_layers, 'textLayers'],
      ['num_mel_bins', stated.num_mel_bins, 'mels'],
      ['max_source_positions', stated.max_source_positions, 'audioContext'],
      ['max_target_positions', stated.max_target_positions, 'textContext'],
    ],
    suppressTokens: stated.suppress_tokens ?? undefined,
  };
}

/** @throws ModelImportError `config_invalid` where the weights are those of another model. */
export function requireSameSizes({ path, sizes }: HuggingFaceConfig, dimensions: WhisperDimensions): void {
  for (const [field, stated, size] of sizes) {
    if (stated === undefined || stated === dimensions[size]) continue;
    throw configInvalid(
      path,
      `${field} is ${stated}, but the weights have ${dimensions[size]}: they do not belong together`,
    );
  }
}

/**
 * Reads `generation_config.json`; what it leaves out is taken from `config.json` or left open.
 * @throws ModelImportError `config_invalid`
 */
export async function readGeneration(
  folder: string,
  model: HuggingFaceConfig,
  dimensions: WhisperDimensions,
): Promise<GenerationConfig> {
  const path = join(folder, 'generation_config.json');
  const stated = await readConfigFile(path, generationConfig);
  const alignmentHeads: readonly AttentionHead[] | undefined = stated?.alignment_heads ?? undefined;
  const ownTokens = stated?.suppress_tokens ?? undefined;
  const names = {
    languageTokens: 'lang_to_id',
    alignmentHeads: 'alignment_heads',
    suppressTokens: 'suppress_tokens',
  };
  return checkGeneration(
    ownTokens || !model.suppressTokens ? path : model.path,
    names,
    {
      alignmentHeads,
      languageTokens: stated?.lang_to_id ? Object.values(stated.lang_to_id) : undefined,
      suppressTokens: ownTokens ?? model.suppressTokens,
    },
    dimensions,
  );
}

/**
 * `preprocessor_config.json`, where it is there, has to describe the spectrogram that the engine makes.
 * @throws ModelImportError `config_invalid`
 */
export async function requireUsualFeatures(folder: string, { mels }: WhisperDimensions): Promise<void> {
  const path = join(folder, 'preprocessor_config.json');
  const stated = await readConfigFile(path, featureConfig);
  for (const [field, usual] of Object.entries({ ...features, feature_size: mels })) {
    const value = stated?.[field];
    if (value !== undefined && value !== usual) {
      throw configInvalid(
        path,
        `${field} is ${String(value)}, expected ${usual}: the engine computes no other`,
      );
    }
  }
}
