import { join } from 'node:path';
import { z } from 'zod';
import { ModelImportError } from '../errors.ts';
import { configInvalid } from '../generation-config.ts';
import { readConfigFile } from '../source-text.ts';

export const adapterConfigName = 'adapter_config.json';

/** What PEFT's `adapter_config.json` says of a LoRA adapter. */
export interface AdapterConfig {
  readonly path: string;
  /** Of all factors; undefined where they have ranks of their own. */
  readonly rank: number | undefined;
  /** What a product of factors of this rank is scaled by. */
  readonly scale: (rank: number) => number;
  /** The model that it was trained on, as PEFT knew it; undefined: not stated. */
  readonly base: string | undefined;
}

const switchedOff = z.literal([false, 'none']).nullish();
const nothing = z
  .union([z.null(), z.array(z.unknown()).length(0), z.record(z.string(), z.never())])
  .optional();

const schema = z.looseObject({
  peft_type: z.string(),
  r: z.int().min(1).max(4_096),
  lora_alpha: z.number().positive().max(1e6),
  use_rslora: z.boolean().nullish(),
  rank_pattern: z.record(z.string(), z.unknown()).nullish(),
  base_model_name_or_path: z.string().nullish(),
});

/** Kinds of LoRA that change the model in another way, and what they say when they do not. */
const unsupported: Readonly<Record<string, z.ZodType>> = {
  use_dora: switchedOff,
  use_qalora: switchedOff,
  use_bdlora: switchedOff,
  fan_in_fan_out: switchedOff,
  lora_bias: switchedOff,
  bias: switchedOff,
  alpha_pattern: nothing,
  modules_to_save: nothing,
  trainable_token_indices: nothing,
  target_parameters: nothing,
  layer_replication: nothing,
  arrow_config: nothing,
  monteclora_config: nothing,
  // The others, such as PiSSA, change the base as well.
  init_lora_weights: z.literal([true, false, 'gaussian', 'eva', 'orthogonal']).nullish(),
  alora_invocation_tokens: nothing,
};

/**
 * Reads an adapter's configuration.
 * @throws ModelImportError `config_invalid`, or `adapter_unsupported` for what is no plain LoRA.
 */
export async function readAdapterConfig(folder: string): Promise<AdapterConfig> {
  const path = join(folder, adapterConfigName);
  const kind = await readConfigFile(path, z.looseObject({ peft_type: z.string() }));
  if (!kind) throw configInvalid(path, 'no such file: copy it from where the adapter was trained');
  if (kind.peft_type !== 'LORA') {
    throw unmergeable(path, `an adapter of the kind ${JSON.stringify(kind.peft_type.slice(0, 40))}`);
  }
  for (const [field, off] of Object.entries(unsupported)) {
    if (!off.safeParse(kind[field]).success) {
      throw unmergeable(path, `an adapter with ${field} ${JSON.stringify(kind[field]).slice(0, 80)}`);
    }
  }
  const stated = await readConfigFile(path, schema);
  if (!stated) throw configInvalid(path, 'no such file');
  const { lora_alpha: alpha } = stated;
  const hasOwnRanks = Object.keys(stated.rank_pattern ?? {}).length > 0;
  return {
    path,
    rank: hasOwnRanks ? undefined : stated.r,
    scale: stated.use_rslora ? (rank) => alpha / Math.sqrt(rank) : (rank) => alpha / rank,
    base: stated.base_model_name_or_path ?? undefined,
  };
}

function unmergeable(path: string, what: string): ModelImportError {
  return new ModelImportError(
    'adapter_unsupported',
    `${path}: ${what}, which cannot be merged here; merge it with PEFT's merge_and_unload() and import the whole model`,
  );
}
