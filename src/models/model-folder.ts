import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem, readStart } from '../files.ts';
import { ModelError } from './errors.ts';
import { ggmlProblem } from './foreign-formats.ts';
import { type ModelManifest, manifestFileName, maxManifestBytes, parseManifest } from './manifest.ts';
import { isModelName } from './names.ts';
import { type StoredType, typeOfFile } from './whisper/weight-types.ts';

/** A model that lies ready on this machine. */
export interface InstalledModel {
  readonly manifest: ModelManifest;
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Absolute path of its weights. */
  readonly weightsPath: string;
  readonly weightsBytes: number;
  /** How its matrices are stored, by the weights' header; undefined: not known. */
  readonly weightType: StoredType | undefined;
  /** When the weights were last changed, Unix seconds. */
  readonly modifiedAtSeconds: number;
  readonly origin: 'embedded' | 'installed';
}

const remedies = {
  embedded: 'it comes with the package: install theo-openvoice again, or restore the file in a checkout',
  installed: 'put the weights there, or correct the name',
} as const;

/** Enough of the weights to tell other formats by. */
const firstBytes = 64;
/** Where the number of the type stands, behind the magic number and ten sizes. */
const fileTypeOffset = 11 * 4;

/**
 * Reads the model in `folder`: its manifest whole, of its weights only the beginning.
 * @param name - the folder's name, which has to be the model's.
 * @throws ModelError
 */
export async function readModel(
  folder: string,
  name: string,
  origin: InstalledModel['origin'],
): Promise<InstalledModel> {
  const path = join(folder, manifestFileName);
  if (!isModelName(name)) throw new ModelError('name_invalid', `${folder}: not a valid model name`);
  const manifest = parseManifest(await readManifest(path), path);
  if (manifest.name !== name) {
    throw new ModelError('manifest_invalid', `${path}: name: must be the folder's name, "${name}"`);
  }
  const weightsPath = join(folder, manifest.engineConfig.file);
  try {
    const beginning = await readStart(weightsPath, firstBytes);
    const damage = damageOf(beginning);
    if (damage !== undefined) throw new ModelError('weights_damaged', `${weightsPath}: ${damage}`);
    const { size, mtimeMs } = await stat(weightsPath);
    const modifiedAtSeconds = Math.floor(mtimeMs / 1_000);
    const weightType = typeOf(beginning);
    return { manifest, folder, weightsPath, weightsBytes: size, weightType, modifiedAtSeconds, origin };
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError(
      'weights_missing',
      `${path}: engine_config.file: ${weightsPath} cannot be read (${fileProblem(error)}): ${remedies[origin]}`,
      { cause: error },
    );
  }
}

/** What weights that begin so cannot be; undefined where they may be a model's. */
function damageOf(beginning: Buffer): string | undefined {
  if (beginning.length === 0) return 'the file is empty: it was not copied or downloaded whole';
  if (beginning.includes('WhisperSpec', 0, 'latin1')) {
    return 'a CTranslate2 model: make one of its folder with "theo import FOLDER"';
  }
  return ggmlProblem(beginning);
}

function typeOf(beginning: Buffer): StoredType | undefined {
  const reaches = beginning.length >= fileTypeOffset + 4;
  return reaches ? typeOfFile(beginning.readInt32LE(fileTypeOffset)) : undefined;
}

async function readManifest(path: string): Promise<string> {
  try {
    return (await readStart(path, maxManifestBytes)).toString('utf8');
  } catch (error) {
    throw new ModelError('manifest_unreadable', `${path}: cannot be read: ${fileProblem(error)}`, {
      cause: error,
    });
  }
}
