import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { ModelImportError } from '../errors.ts';
import { openPyTorch } from '../pytorch/checkpoint.ts';
import { parseSourceJson, readSourceText } from '../source-text.ts';
import { closeAll, type StoredTensor, type StoredTensors } from '../stored-tensors.ts';
import { openSafetensors } from './safetensors-file.ts';

const maxIndexBytes = 8 * 2 ** 20;
/** Each is a file that stays open. */
const maxParts = 128;
/** A name in the same folder, never a path. */
const partName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,254}\.(?:safetensors|bin)$/;

const index = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/**
 * Opens the tensors of a checkpoint: of one file, or of the parts that an index lists.
 * @param path - of a `.safetensors` file, of a `.bin` file that PyTorch wrote, or of the `.index.json` of either.
 * @throws ModelImportError
 */
export async function openCheckpoint(path: string): Promise<StoredTensors> {
  if (!path.endsWith('.json')) return openOne(path);
  const places = await readIndex(path);
  const parts: StoredTensors[] = [];
  try {
    const names = [...new Set(places.values())].sort();
    for (const name of names) parts.push(await openOne(join(dirname(path), name)));
    return { path, files: parts.flatMap(({ files }) => files), byName: merge(path, places, parts) };
  } catch (error) {
    await closeAll(parts.flatMap(({ files }) => files));
    throw error;
  }
}

async function openOne(path: string): Promise<StoredTensors> {
  return path.endsWith('.bin') ? openPyTorch(path) : openSafetensors(path);
}

/** @returns the file's name for each tensor's. */
async function readIndex(path: string): Promise<ReadonlyMap<string, string>> {
  const text = await readSourceText(path, maxIndexBytes, 'weights_malformed');
  if (text === undefined) throw new ModelImportError('weights_missing', `${path}: no such file`);
  const parsed = index.safeParse(parseSourceJson(path, text, 'weights_malformed'));
  if (!parsed.success) throw malformed(path, 'no weight_map that gives a file for each tensor');
  const places = new Map(Object.entries(parsed.data.weight_map));
  const names = new Set(places.values());
  for (const name of names) {
    if (!partName.test(name)) {
      throw malformed(
        path,
        `${JSON.stringify(name.slice(0, 300))} is no name of a file of weights beside it`,
      );
    }
  }
  if (names.size > maxParts) throw malformed(path, `${names.size} parts, at most ${maxParts} are plausible`);
  return places;
}

function merge(
  path: string,
  places: ReadonlyMap<string, string>,
  parts: readonly StoredTensors[],
): ReadonlyMap<string, StoredTensor> {
  const byName = new Map<string, StoredTensor>();
  for (const tensor of parts.flatMap(({ byName: own }) => [...own.values()])) {
    const { name, file } = tensor;
    if (places.get(name) !== basename(file.path)) {
      throw malformed(file.path, `the tensor "${name}" is not listed for it in ${basename(path)}`);
    }
    byName.set(name, tensor);
  }
  for (const [name, part] of places) {
    if (byName.has(name)) continue;
    throw new ModelImportError(
      'tensor_missing',
      `${join(dirname(path), part)}: the tensor "${name}" is missing`,
    );
  }
  return byName;
}

function malformed(path: string, cause: string): ModelImportError {
  return new ModelImportError('weights_malformed', `${path}: ${cause}`);
}
