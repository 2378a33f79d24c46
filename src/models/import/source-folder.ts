import { opendir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCodeOf } from '../../errors.ts';
import { fileProblem } from '../../files.ts';
import { ModelImportError } from './errors.ts';
import { adapterWeightsName } from './lora/adapter.ts';

/** As many names of a folder are looked at, and as many are told in an error. */
const maxNames = 200;
const namesTold = 5;

/** A model in one of the forms that are read. */
export interface Source {
  readonly form: 'ctranslate2' | 'hugging-face' | 'openai' | 'adapter';
  /** Of the file that lists the weights; an adapter's is its folder. */
  readonly path: string;
}

/** The files that tell what a folder is, the first that is there. */
const weightsFiles: readonly (readonly [name: string, form: Source['form']])[] = [
  ['model.bin', 'ctranslate2'],
  ['model.safetensors', 'hugging-face'],
  ['model.safetensors.index.json', 'hugging-face'],
  ['pytorch_model.bin', 'hugging-face'],
  ['pytorch_model.bin.index.json', 'hugging-face'],
];

/** What else a folder is, by the names in it. */
const kinds: readonly (readonly [names: RegExp, what: string])[] = [
  [
    /^adapter_model\.bin$/,
    'an adapter in pickled form; save it with save_pretrained(DIR, safe_serialization=True) first',
  ],
  [/\.pth?$/, 'a checkpoint of PyTorch; give the path of the .pt file itself'],
  [/^ggml-.*\.bin$|^theo\.yaml$/, 'a ggml model already (whisper.cpp); it needs no import'],
  [/\.gguf$/i, 'a GGUF model, which no engine here runs'],
  [/\.onnx$/, 'an ONNX model, which no engine here runs'],
  [/\.mlmodelc$|\.mlpackage$/, 'a Core ML model, which no engine here runs'],
];

/**
 * Finds out which form of model lies in a folder, or which model a file of weights belongs to.
 * @throws ModelImportError that says what it is instead.
 */
export async function findSource(path: string): Promise<Source> {
  const stats = await statOf(path);
  if (!stats) throw new ModelImportError('source_missing', `${path}: no such file or folder`);
  if (!stats.isDirectory()) return sourceOfFile(path);
  for (const [name, form] of weightsFiles) {
    if (await statOf(join(path, name))) return { form, path: join(path, name) };
  }
  if (await statOf(join(path, adapterWeightsName))) return { form: 'adapter', path };
  const names = await namesIn(path);
  const kind = kinds.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  const told = names.slice(0, namesTold).join(', ') + (names.length > namesTold ? ', …' : '');
  const what = kind ? `it looks like ${kind}` : `found: ${told || 'nothing'}`;
  throw new ModelImportError(
    'weights_missing',
    `${path}: no model that can be imported, it has neither model.bin (faster-whisper) nor model.safetensors or ` +
      `pytorch_model.bin (Hugging Face); ${what}`,
  );
}

function sourceOfFile(path: string): Source {
  const name = basename(path);
  if (name === adapterWeightsName) return { form: 'adapter', path: dirname(path) };
  if (/-\d{5}-of-\d{5}\.(safetensors|bin)$/.test(name)) {
    throw new ModelImportError('source_unsuitable', `${path}: one part of several; give the folder`);
  }
  if (/\.safetensors(\.index\.json)?$/.test(name)) return { form: 'hugging-face', path };
  if (name === 'model.bin') return { form: 'ctranslate2', path };
  if (/^pytorch_model\.bin(\.index\.json)?$/.test(name)) return { form: 'hugging-face', path };
  if (/\.pth?$/.test(name)) return { form: 'openai', path };
  throw new ModelImportError(
    'source_unsuitable',
    `${path}: not a file that can be imported; give a .safetensors or .pt file or the folder with the model`,
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
