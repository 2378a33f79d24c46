import { readdir } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { byteSize } from '../byte-size.ts';
import { messageOf, systemCodeOf } from '../errors.ts';
import { fileProblem } from '../files.ts';
import { isForeign, nameLike, notWhisper, resolveModel } from './catalogue/catalogue.ts';
import { ModelError } from './errors.ts';
import { manifestFileName } from './manifest.ts';
import { type InstalledModel, readModel } from './model-folder.ts';
import { sameModelNames, splitVariant } from './names.ts';

export type { InstalledModel } from './model-folder.ts';

/** The folder of the models that come with the package. */
export const embeddedModelsDir: string = fileURLToPath(new URL('../../models', import.meta.url));

/** The model that comes with the package. */
export const embeddedModelName = 'whisper-base';

export interface ModelRegistryOptions {
  /** Folder of the installed models; it need not exist. */
  readonly modelsDir: string;
  /** Folder of the package's own models. */
  readonly embeddedDir?: string;
}

/** What weights of models are called, here and elsewhere. */
const weightsPattern = /\.(bin|gguf|pt|safetensors)$/;

interface Problem {
  /** Of the folder that it is about. */
  readonly name: string;
  readonly error: ModelError;
}

interface Scan {
  readonly models: readonly InstalledModel[];
  readonly problems: readonly Problem[];
}

/** The models of this machine, as the last scan found them. */
export class ModelRegistry {
  readonly #options: ModelRegistryOptions;
  #found: Scan = { models: [], problems: [] };
  /** Of those that were found, by name. */
  #models: ReadonlyMap<string, InstalledModel> = new Map();

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
    this.#keep({
      models: [...embedded.models, ...installed.models],
      problems: [...embedded.problems, ...installed.problems],
    });
  }

  /** All usable models by name. An installed one hides an embedded one of the same name. */
  list(): readonly InstalledModel[] {
    return [...this.#models.values()].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
  }

  /** What the scan found broken. */
  get problems(): readonly ModelError[] {
    return this.#found.problems.map(({ error }) => error);
  }

  /**
   * @param name - a model's name or an alias of it, with a variant or without: `whisper-small:q5_1` is the model
   * `whisper-small-q5_1`, or `whisper-small` where its weights are in q5_1.
   */
  find(name: string): InstalledModel | undefined {
    const known = this.#named(name);
    if (known) return known;
    const listed = resolveModel(name);
    const { base, variant } = listed ? { base: listed.name, variant: listed.variant } : splitVariant(name);
    const model = this.#named(base);
    return variant !== undefined && model?.weightType === variant ? model : undefined;
  }

  #named(name: string): InstalledModel | undefined {
    const known = sameModelNames(name).find((candidate) => this.#models.has(candidate));
    return known === undefined ? undefined : this.#models.get(known);
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
    const broken = this.#found.problems.find((problem) => sameModelNames(wanted).includes(problem.name));
    throw broken?.error ?? this.#notFound(wanted);
  }

  /** Takes a model that does not load for a broken one: from now on it is told in `problems` and never chosen. */
  leaveOut({ folder, manifest: { name } }: InstalledModel, cause: unknown): ModelError {
    const error = new ModelError('weights_damaged', messageOf(cause), { cause });
    const { models, problems } = this.#found;
    this.#keep({
      models: models.filter((model) => model.folder !== folder),
      problems: [...problems, { name, error }],
    });
    return error;
  }

  #keep(found: Scan): void {
    this.#found = found;
    this.#models = new Map(found.models.map((model) => [model.manifest.name, model]));
  }

  #notFound(name: string): ModelError {
    const names = this.list().map(({ manifest }) => manifest.name);
    const available = `(available: ${names.join(', ') || 'none'})`;
    if (!sameModelNames(embeddedModelName).includes(name)) {
      return new ModelError('model_not_found', `no model "${name}" ${available}${whatToDo(name, names)}`);
    }
    const { modelsDir, embeddedDir = embeddedModelsDir } = this.#options;
    return new ModelError(
      'embedded_model_missing',
      `the package lacks its model ${embeddedModelName}, which belongs into ${embeddedDir}: install theo-openvoice again, ` +
        `choose another model ${available}, or put one into ${modelsDir}, as NAME/${manifestFileName} and its weights`,
    );
  }
}

/** For one who asked for a model that is not there. */
function whatToDo(name: string, names: readonly string[]): string {
  const listed = resolveModel(name);
  if (listed) return `: "theo pull ${listed.installName}" fetches it, ${byteSize(listed.bytes)}`;
  if (isForeign(name)) return `: it ${notWhisper}`;
  const meant = nameLike(name, names);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

async function scan(dir: string, origin: InstalledModel['origin']): Promise<Scan> {
  const models: InstalledModel[] = [];
  const problems: Problem[] = [];
  const entries = await namesIn(dir).catch((error: ModelError) => {
    problems.push({ name: '', error });
    return [];
  });
  for (const name of entries) {
    try {
      const model = await modelAt(dir, name, origin);
      if (model) models.push(model);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      problems.push({ name: parse(name).ext === '.bin' ? parse(name).name : name, error });
    }
  }
  return { models, problems };
}

/**
 * The model that an entry of the models folder is; undefined where it has nothing to do with models.
 * @throws ModelError also for weights that nothing says what they are
 */
async function modelAt(
  dir: string,
  name: string,
  origin: InstalledModel['origin'],
): Promise<InstalledModel | undefined> {
  const path = resolve(dir, name);
  const names = await namesIn(path);
  if (names.includes(manifestFileName)) return readModel(path, name, origin);
  const weights =
    weightsPattern.test(name) && names.length === 0 ? name : names.find((file) => weightsPattern.test(file));
  if (weights === undefined) return undefined;
  const isLoose = weights === name;
  const isForImport =
    weights === 'model.bin' && names.some((file) => /^(config|vocabulary|tokenizer)\./.test(file));
  const remedy = isForImport
    ? `it looks like a faster-whisper model, "theo import ${path}" makes one for here`
    : `put it ${isLoose ? 'into a folder ' : ''}beside a ${manifestFileName} with name, version, engine and engine_config.file (docs/models.md shows one)`;
  throw new ModelError(
    'manifest_missing',
    `${isLoose ? path : join(path, weights)}: weights without a ${manifestFileName}: ${remedy}`,
  );
}

/** Names in a folder, hidden ones left out: they are models in the making. None where there is no such folder. @throws ModelError */
async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    return (await readdir(dir)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return [];
    throw new ModelError('manifest_unreadable', `${dir}: cannot be read: ${fileProblem(error)}`, {
      cause: error,
    });
  }
}
