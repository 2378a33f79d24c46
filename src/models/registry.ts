import { open, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelError } from './errors.ts';
import { type ModelManifest, manifestFileName, maxManifestBytes, parseManifest } from './manifest.ts';
import { canonicalModelName, isModelName } from './names.ts';

/** The folder of the models that come with the package. */
export const embeddedModelsDir: string = fileURLToPath(new URL('../../models', import.meta.url));

/** A model that lies ready on this machine. */
export interface InstalledModel {
  readonly manifest: ModelManifest;
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Absolute path of its weights. */
  readonly weightsPath: string;
  readonly weightsBytes: number;
  /** When the weights were last changed, Unix seconds. */
  readonly modifiedAtSeconds: number;
  readonly origin: 'embedded' | 'installed';
}

export interface ModelRegistryOptions {
  /** Folder of the installed models; it need not exist. */
  readonly modelsDir: string;
  /** Folder of the package's own models. */
  readonly embeddedDir?: string;
}

interface Snapshot {
  readonly models: ReadonlyMap<string, InstalledModel>;
  readonly problems: readonly ModelError[];
}

/** The models of this machine, as the last scan found them. */
export class ModelRegistry {
  readonly #options: ModelRegistryOptions;
  #snapshot: Snapshot = { models: new Map(), problems: [] };

  private constructor(options: ModelRegistryOptions) {
    this.#options = options;
  }

  /** Scans both folders. A model that is broken is left out and told in `problems`. */
  static async open(options: ModelRegistryOptions): Promise<ModelRegistry> {
    const registry = new ModelRegistry(options);
    await registry.refresh();
    return registry;
  }

  /** Scans again: models may have come and gone. */
  async refresh(): Promise<void> {
    const embedded = await scan(this.#options.embeddedDir ?? embeddedModelsDir, 'embedded');
    const installed = await scan(this.#options.modelsDir, 'installed');
    const models = [...embedded.models, ...installed.models];
    this.#snapshot = {
      models: new Map(models.map((model) => [model.manifest.name, model])),
      problems: [...embedded.problems, ...installed.problems],
    };
  }

  /** All usable models by name. An installed one hides an embedded one of the same name. */
  list(): readonly InstalledModel[] {
    return [...this.#snapshot.models.values()].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
  }

  /** What the scan found broken. */
  get problems(): readonly ModelError[] {
    return this.#snapshot.problems;
  }

  /** @param name - a model's name or an alias of it. */
  find(name: string): InstalledModel | undefined {
    const { models } = this.#snapshot;
    return models.get(name) ?? models.get(canonicalModelName(name));
  }
}

async function scan(
  dir: string,
  origin: InstalledModel['origin'],
): Promise<{ models: readonly InstalledModel[]; problems: readonly ModelError[] }> {
  const models: InstalledModel[] = [];
  const problems: ModelError[] = [];
  for (const name of await folderNames(dir, problems)) {
    try {
      models.push(await readModel(resolve(dir, name), name, origin));
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      problems.push(error);
    }
  }
  return { models, problems };
}

/** Names of the folders in `dir` that hold a manifest; hidden ones are models in the making. */
async function folderNames(dir: string, problems: ModelError[]): Promise<readonly string[]> {
  try {
    const entries = (await readdir(dir)).filter((name) => !name.startsWith('.'));
    const present = await Promise.all(entries.map((name) => exists(join(dir, name, manifestFileName))));
    return entries.filter((_, index) => present[index]);
  } catch (error) {
    if (!isMissing(error)) {
      problems.push(new ModelError('manifest_unreadable', `${dir}: ${reason(error)}`, { cause: error }));
    }
    return [];
  }
}

/**
 * Reads the model in `folder`.
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
    const weights = await stat(weightsPath);
    if (!weights.isFile()) throw new Error('not a file');
    const modifiedAtSeconds = Math.floor(weights.mtimeMs / 1_000);
    return { manifest, folder, weightsPath, weightsBytes: weights.size, modifiedAtSeconds, origin };
  } catch (error) {
    throw new ModelError(
      'weights_missing',
      `${path}: engine_config.file: ${weightsPath} cannot be read (${reason(error)})`,
      { cause: error },
    );
  }
}

/** Reads no more than a manifest may have, plus the byte that shows it has more. */
async function readManifest(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(maxManifestBytes + 1),
      0,
      maxManifestBytes + 1,
      0,
    );
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    throw new ModelError('manifest_unreadable', `${path}: ${reason(error)}`, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
