import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelError } from './errors.ts';
import { type ModelManifest, manifestFileName, maxManifestBytes, parseManifest } from './manifest.ts';
import { isModelName, sameModelNames } from './names.ts';

/** The folder of the models that come with the package. */
export const embeddedModelsDir: string = fileURLToPath(new URL('../../models', import.meta.url));

/** The model that comes with the package. */
export const embeddedModelName = 'whisper-base';

/** By the specification of Git LFS. */
const maxPointerBytes = 1_024;

const remedies = {
  embedded: 'it comes with the package: install theo-openvoice again, or restore the file in a checkout',
  installed: 'put the weights there, or correct the name',
} as const;

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

interface Problem {
  /** Of the folder that it is about. */
  readonly name: string;
  readonly error: ModelError;
}

interface Scan {
  readonly models: readonly InstalledModel[];
  readonly problems: readonly Problem[];
}

interface Snapshot {
  readonly models: ReadonlyMap<string, InstalledModel>;
  readonly problems: readonly Problem[];
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
    return this.#snapshot.problems.map(({ error }) => error);
  }

  /** @param name - a model's name or an alias of it. */
  find(name: string): InstalledModel | undefined {
    const { models } = this.#snapshot;
    const known = sameModelNames(name).find((candidate) => models.has(candidate));
    return known === undefined ? undefined : models.get(known);
  }

  /**
   * The model to use.
   * @param name - what was asked for, a name or an alias; null: nothing, which means the only installed model, or the
   * embedded one where none or several are installed.
   * @throws ModelError what is broken about that model, `model_not_found` or `embedded_model_missing`
   */
  choose(name: string | null): InstalledModel {
    const installed = this.list().filter(({ origin }) => origin === 'installed');
    const [only] = installed;
    if (name === null && only && installed.length === 1) return only;
    const wanted = name ?? embeddedModelName;
    const model = this.find(wanted);
    if (model) return model;
    const broken = this.#snapshot.problems.find((problem) => sameModelNames(wanted).includes(problem.name));
    throw broken?.error ?? this.#notFound(wanted);
  }

  #notFound(name: string): ModelError {
    const names = this.list().map(({ manifest }) => manifest.name);
    const available = `(available: ${names.join(', ') || 'none'})`;
    if (!sameModelNames(embeddedModelName).includes(name))
      return new ModelError('model_not_found', `no model "${name}" ${available}`);
    const { modelsDir, embeddedDir = embeddedModelsDir } = this.#options;
    return new ModelError(
      'embedded_model_missing',
      `the package lacks its model ${embeddedModelName}, which belongs into ${embeddedDir}: install theo-openvoice again, ` +
        `choose another model ${available}, or put one into ${modelsDir}, as NAME/${manifestFileName} and its weights`,
    );
  }
}

async function scan(dir: string, origin: InstalledModel['origin']): Promise<Scan> {
  const models: InstalledModel[] = [];
  const problems: Problem[] = [];
  for (const name of await folderNames(dir, problems)) {
    try {
      models.push(await readModel(resolve(dir, name), name, origin));
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      problems.push({ name, error });
    }
  }
  return { models, problems };
}

/** Names of the folders in `dir` that hold a manifest; hidden ones are models in the making. */
async function folderNames(dir: string, problems: Problem[]): Promise<readonly string[]> {
  try {
    const entries = (await readdir(dir)).filter((name) => !name.startsWith('.'));
    const present = await Promise.all(entries.map((name) => exists(join(dir, name, manifestFileName))));
    return entries.filter((_, index) => present[index]);
  } catch (error) {
    if (!isMissing(error)) {
      const unreadable = new ModelError('manifest_unreadable', `${dir}: ${reason(error)}`, { cause: error });
      problems.push({ name: '', error: unreadable });
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
    if (weights.size <= maxPointerBytes) await refusePointer(weightsPath);
    const modifiedAtSeconds = Math.floor(weights.mtimeMs / 1_000);
    return { manifest, folder, weightsPath, weightsBytes: weights.size, modifiedAtSeconds, origin };
  } catch (error) {
    const why = isMissing(error) ? 'no such file' : reason(error);
    throw new ModelError(
      'weights_missing',
      `${path}: engine_config.file: ${weightsPath} cannot be read (${why}): ${remedies[origin]}`,
      { cause: error },
    );
  }
}

/** What Git leaves in place of a large file that has not been fetched. @throws Error when the file is that */
async function refusePointer(path: string): Promise<void> {
  const text = await readFile(path, 'latin1');
  if (text.startsWith('version https://git-lfs.')) throw new Error('a Git LFS pointer: run "git lfs pull"');
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
