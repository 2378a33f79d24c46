import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '#theo/errors.js';
import { openCTranslate2 } from '#theo/models/import/ctranslate2/open.js';
import { ModelImportError } from '#theo/models/import/errors.js';
import { openSourceModel } from '#theo/models/import/open-source.js';
import { openOpenAi } from '#theo/models/import/pytorch/open.js';
import type { SourceModel } from '#theo/models/import/source-model.js';
import { largestFloat16 } from '#theo/models/import/weights-reader.js';
import { loadNative } from '#theo/native.js';
import { encodeModel, multilingual, vocabularyTokens, whisperVariables } from '../ctranslate2-folder.ts';
import { decodeAlone, plainRequest } from '../decode-request.ts';
import {
  checkpointFiles,
  checkpointTensors,
  encodeSafetensors,
  inParts,
  writeCheckpoint,
} from '../hugging-face-folder.ts';
import { openAiCheckpoint } from '../openai-checkpoint.ts';

const vocabulary = vocabularyTokens(multilingual.vocabulary).join('\n');

export type Outcome = 'used' | 'refused';

/** A format of model files, and what is done with one. */
export interface HostileFormat {
  /** Of a file with nothing wrong. */
  readonly sound: () => Buffer;
  /**
   * Uses the file as a user would, all of it.
   * @param folder - empty, for this file alone.
   * @throws what no user should see: anything but the format's own error.
   */
  readonly use: (bytes: Buffer, folder: string) => Promise<Outcome>;
}

const tensors = checkpointTensors(whisperVariables(multilingual));
const lora = new Map(
  [
    ['lora_A', [2, 16]],
    ['lora_B', [16, 2]],
  ].map(([factor, shape]) => [
    `base_model.model.model.encoder.layers.0.self_attn.q_proj.${String(factor)}.weight`,
    { shape: shape as number[], data: new Float32Array(32).fill(1 / 64) },
  ]),
);
/** All that a checkpoint and an adapter have beside weights and tokenizer. */
const texts = {
  ...inParts(tensors, 1, 'F16'),
  'config.json': checkpointFiles()['config.json'] ?? '',
  'generation_config.json': JSON.stringify({
    alignment_heads: [[0, 0]],
    lang_to_id: { '<|pt|>': 50_267, '<|en|>': 50_259 },
    suppress_tokens: [1, 2, 7],
  }),
  'preprocessor_config.json': JSON.stringify({ feature_size: 80, sampling_rate: 16_000, n_fft: 400 }),
  'adapter_config.json': JSON.stringify({ peft_type: 'LORA', r: 2, lora_alpha: 8, bias: 'none' }),
};
const textNames = Object.keys(texts).filter((name) => name.endsWith('.json'));

type FormatName =
  | 'ggml'
  | 'pytorch'
  | 'ctranslate2'
  | 'safetensors'
  | 'adapter'
  | 'configuration'
  | 'tokenizer';

export const hostileFormats: Readonly<Record<FormatName, HostileFormat>> = {
  ggml: {
    sound: () => readFileSync(resolve('test/fixtures/models/theo-demo/theo-demo-q8_0.bin')),
    use: useGgml,
  },
  pytorch: {
    sound: () => openAiCheckpoint(),
    use: (bytes, folder) => useSource(bytes, join(folder, 'model.pt'), openOpenAi),
  },
  ctranslate2: {
    sound: () => encodeModel(whisperVariables(multilingual), { type: 'int8' }),
    use: (bytes, folder) => {
      writeFileSync(join(folder, 'vocabulary.txt'), vocabulary);
      return useSource(bytes, join(folder, 'model.bin'), openCTranslate2);
    },
  },
  safetensors: {
    sound: () => encodeSafetensors(tensors, 'F16'),
    use: (bytes, folder) => {
      writeCheckpoint(folder, bytes);
      return useModel(folder);
    },
  },
  adapter: {
    sound: () => encodeSafetensors(lora),
    use: (bytes, folder) => useAdapter(folder, { ...texts, 'adapter_model.safetensors': bytes }),
  },
  // The texts one after the other, with a zero between them.
  configuration: {
    sound: () => Buffer.from(textNames.map((name) => texts[name as keyof typeof texts]).join('\0')),
    use: (bytes, folder) => {
      const damaged = bytes.toString('latin1').split('\0');
      const files = Object.fromEntries(textNames.map((name, index) => [name, damaged[index] ?? '']));
      return useAdapter(folder, { ...texts, ...files, 'adapter_model.safetensors': encodeSafetensors(lora) });
    },
  },
  tokenizer: {
    sound: () => Buffer.from(checkpointFiles()['tokenizer.json'] ?? ''),
    use: (bytes, folder) => {
      writeCheckpoint(folder, {
        'model.safetensors': encodeSafetensors(tensors, 'F16'),
        'tokenizer.json': bytes,
      });
      return useModel(folder);
    },
  },
};

/** Merges an adapter into a checkpoint, both of these files. */
function useAdapter(folder: string, files: Readonly<Record<string, Buffer | string>>): Promise<Outcome> {
  const { 'adapter_config.json': config = '', 'adapter_model.safetensors': weights = '', ...base } = files;
  writeCheckpoint(folder, base);
  const adapter = join(folder, 'adapter');
  writeCheckpoint(
    adapter,
    { 'adapter_model.safetensors': weights },
    { 'adapter_config.json': config.toString() },
  );
  return useModel(adapter, folder);
}

/** Loads it and, where that goes well, lets it hear a little. */
async function useGgml(bytes: Buffer, folder: string): Promise<Outcome> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'model.bin');
  writeFileSync(path, bytes);
  const addon = loadNative();
  const model = await addon
    .loadModel(path, { useGpu: false, int8: true, prepareSilence: false })
    .catch((error: unknown) => {
      if (isRefusal(error, path)) return undefined;
      throw error;
    });
  if (!model) return 'refused';
  const slot = new addon.DecodeSlot(model);
  try {
    const samples = Float32Array.from({ length: 16_000 }, (_, index) => Math.sin(index / 10) / 4);
    await decodeAlone(slot, { ...plainRequest, samples, language: 'en', audioContext: 64, maxTokens: 8 });
    return 'used';
  } finally {
    slot.close();
    model.close();
  }
}

function isRefusal(error: unknown, path: string): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === 'model_file' && error.message.includes(path)
  );
}

/** Opens it and reads all weights, as an import does. */
async function useSource(
  bytes: Buffer,
  path: string,
  open: (path: string) => Promise<SourceModel>,
): Promise<Outcome> {
  writeFileSync(path, bytes);
  return readAll(() => open(path));
}

function useModel(path: string, base?: string): Promise<Outcome> {
  return readAll(() => openSourceModel(path, base));
}

async function readAll(open: () => Promise<SourceModel>): Promise<Outcome> {
  try {
    const { weights, close } = await open();
    try {
      for (const tensor of weights.tensors) {
        for await (const values of weights.read(tensor, largestFloat16)) void values.length;
      }
    } finally {
      await close();
    }
    return 'used';
  } catch (error) {
    if (error instanceof ModelImportError && isClear(error)) return 'refused';
    throw error;
  }
}

/** One line that names what is wrong, and no more of the file than a name. */
function isClear(error: ModelImportError): boolean {
  const message = messageOf(error);
  return message.length > 20 && message.length < 1_000 && !message.includes('\n');
}
