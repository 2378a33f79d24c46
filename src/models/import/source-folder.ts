import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../errors.ts';
import { fileProblem } from '../../files.ts';
import { ModelImportError } from './errors.ts';

/** The weights' file name in a folder of CTranslate2's. */
const weightsFileName = 'model.bin';
/** As many names of a folder are looked at, and as many are told in an error. */
const maxNames = 200;
const namesTold = 5;

/** What a folder without a `model.bin` is, by the names in it. */
const kinds: readonly (readonly [names: RegExp, what: string])[] = [
  [
    /\.safetensors$|^pytorch_model.*\.bin$|\.pt$/,
    'a checkpoint of Hugging Face or PyTorch; make a CTranslate2 model of it first: ' +
      'ct2-transformers-converter --model DIR --output_dir OUT --copy_files tokenizer.json --quantization float16',
  ],
  [/^ggml-.*\.bin$|^theo\.yaml$/, 'a ggml model already (whisper.cpp); it needs no import'],
  [/\.gguf$/i, 'a GGUF model, which no engine here runs'],
  [/\.onnx$/, 'an ONNX model, which no engine here runs'],
  [/\.mlmodelc$|\.mlpackage$/, 'a Core ML model, which no engine here runs'],
];

/**
 * The path of the weights in a folder of faster-whisper's.
 * @throws ModelImportError that says what the folder is instead.
 */
export async function findWeights(folder: string): Promise<string> {
  const stats = await statOf(folder);
  if (!stats) {
    throw new ModelImportError('source_missing', `${folder}: no such folder`);
  }
  if (!stats.isDirectory()) {
    throw new ModelImportError(
      'source_not_folder',
      `${folder}: not a folder; give the one with the ${weightsFileName}`,
    );
  }
  const path = join(folder, weightsFileName);
  if (await statOf(path)) return path;
  const names = await namesIn(folder);
  const kind = kinds.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  const told = names.slice(0, namesTold).join(', ') + (names.length > namesTold ? ', …' : '');
  const what = kind ? `it looks like ${kind}` : `found: ${told || 'nothing'}`;
  throw new ModelImportError(
    'weights_missing',
    `${folder}: not a faster-whisper (CTranslate2) folder, it has no ${weightsFileName}; ${what}`,
  );
}

async function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return undefined;
    throw new ModelImportError('source_unreadable', `${path}: cannot be read (${fileProblem(error)})`, {
      cause: error,
    });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(folder)) {
      names.push(name);
      if (names.length === maxNames) break;
    }
  } catch (error) {
    throw new ModelImportError('source_unreadable', `${folder}: cannot be read (${fileProblem(error)})`, {
      cause: error,
    });
  }
  return names.sort();
}
