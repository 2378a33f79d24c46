import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '#theo/errors.js';
import { openCTranslate2 } from '#theo/models/import/ctranslate2/open.js';
import { ModelImportError } from '#theo/models/import/errors.js';
import { openOpenAi } from '#theo/models/import/pytorch/open.js';
import type { SourceModel } from '#theo/models/import/source-model.js';
import { largestFloat16 } from '#theo/models/import/weights-reader.js';
import { loadNative } from '#theo/native.js';
import { encodeModel, multilingual, vocabularyTokens, whisperVariables } from '../ctranslate2-folder.ts';
import { decodeAlone, plainRequest } from '../decode-request.ts';
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

export const hostileFormats: Readonly<Record<'ggml' | 'pytorch' | 'ctranslate2', HostileFormat>> = {
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
};

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
  try {
    const { weights, close } = await open(path);
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
