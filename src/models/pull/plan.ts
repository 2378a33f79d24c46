import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileProblem, otherKind } from '../../files.ts';
import { type CatalogueModel, requireModel, resolveModel } from '../catalogue/catalogue.ts';
import { ggmlManifest } from '../catalogue/ggml-manifest.ts';
import { canonicalModelName, isModelName } from '../names.ts';
import { readGgmlModel } from '../whisper/ggml-reader.ts';
import { manifestYaml } from '../whisper/manifest-yaml.ts';
import { addressOf, addressText, givenAddress } from './addresses.ts';
import { PullError } from './errors.ts';
import type { PullSettings } from './settings.ts';

/** Where a model's weights come from. */
export type WeightsSource =
  | { readonly kind: 'address'; readonly url: URL }
  /** @property path - absolute. */
  | { readonly kind: 'file'; readonly path: string };

/** What a pull makes of what. */
export interface PullPlan {
  /** Of the installed model. */
  readonly name: string;
  /** In its folder. */
  readonly weightsFile: string;
  readonly source: WeightsSource;
  /** Of the weights; null: not known. */
  readonly bytes: number | null;
  /** Of the weights, hexadecimal; null: not known. */
  readonly sha256: string | null;
  /** SPDX identifier; null: not known. */
  readonly licence: string | null;
  /** null: not known. */
  readonly author: string | null;
  /**
   * The model's `theo.yaml`, by its weights.
   * @throws ModelError for what is no model that runs here
   */
  readonly manifest: (weights: { readonly path: string; readonly sha256: string }) => Promise<string>;
}

export interface PullWishes {
  /** A name of the catalogue, an address or a file. */
  readonly wanted: string;
  /** The model's; default: the catalogue's, or one made of the file's. */
  readonly name?: string | undefined;
  /** What the weights have to have, hexadecimal. */
  readonly sha256?: string | undefined;
}

/**
 * Says what is to be pulled; asks nothing of the network.
 * @throws PullError, or ModelError `not_in_catalogue`
 */
export async function planPull(wishes: PullWishes, settings: PullSettings): Promise<PullPlan> {
  const { wanted } = wishes;
  if (wanted.includes('://')) return planAddress(givenAddress(wanted, settings), wishes);
  const model = resolveModel(wanted);
  if (model) return planModel(model, wishes, settings);
  if (/^[.~]|^\/|\\|\.bin$/.test(wanted) || (await isThere(wanted))) return planFile(resolve(wanted), wishes);
  return planModel(requireModel(wanted), wishes, settings);
}

function planModel(model: CatalogueModel, wishes: PullWishes, settings: PullSettings): PullPlan {
  const { sha256 } = model;
  if (wishes.sha256 !== undefined && wishes.sha256 !== sha256) {
    throw new PullError(
      'sha256_mismatch',
      `${model.installName}: the catalogue's has SHA-256 ${sha256}, asked for was ${wishes.sha256}`,
    );
  }
  const name = requireName(wishes.name ?? model.installName);
  return {
    name,
    weightsFile: model.manifest.weightsFile,
    source: { kind: 'address', url: addressOf(model.source, settings) },
    bytes: model.bytes,
    sha256,
    licence: model.licence,
    author: model.author,
    manifest: async () => manifestYaml({ ...model.manifest, name }),
  };
}

function planAddress(url: URL, wishes: PullWishes): PullPlan {
  const file = basename(decoded(url.pathname));
  const [, repository = ''] = /^\/[^/]+\/([^/]+)\/resolve\//.exec(url.pathname) ?? [];
  const name = wishes.name ?? modelNameOf(file, repository);
  return planUnknown(wishes, { name, file, source: { kind: 'address', url }, origin: addressText(url) });
}

/** A path as people read it; one whose percent signs stand for nothing is left as it is. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function planFile(path: string, wishes: PullWishes): Promise<PullPlan> {
  const bytes = await sizeOf(path);
  const file = basename(path);
  const name = wishes.name ?? modelNameOf(file, '');
  return {
    ...planUnknown(wishes, { name, file, source: { kind: 'file', path }, origin: `the file ${file}` }),
    bytes,
  };
}

interface UnknownModel {
  readonly name: string;
  readonly file: string;
  readonly source: WeightsSource;
  readonly origin: string;
}

/** Of a model that the catalogue does not know its own header tells. */
function planUnknown(wishes: PullWishes, { name, file, source, origin }: UnknownModel): PullPlan {
  requireName(name);
  const weightsFile = isModelName(file) && file.endsWith('.bin') ? file : `${name}.bin`;
  return {
    name,
    weightsFile,
    source,
    bytes: null,
    sha256: wishes.sha256 ?? null,
    licence: null,
    author: null,
    manifest: async ({ path, sha256 }) =>
      ggmlManifest(await readGgmlModel(path), {
        name,
        weightsFile,
        origin: `From ${origin} (SHA-256 ${sha256}). Licence: not known.`,
      }),
  };
}

/** Names of files that say nothing of the model. */
const generic = /^(?:ggml-)?model(?:[-.](?:f16|f32|q\d\w*))?$/;
/** OpenAI's own, whose names begin with `whisper-`. */
const stock = /^(?:tiny|base|small|medium|large)(?=[.-]|$)/;

/** The name for a model in a file: the file's without `ggml-` and `.bin`, or the repository's. */
function modelNameOf(file: string, repository: string): string {
  const stem = file.replace(/\.[a-z]+$/i, '');
  const told = generic.test(stem) && repository !== '' ? repository : stem;
  const name = told
    .replace(/^ggml-/, '')
    .replace(stock, 'whisper-$&')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return canonicalModelName(name);
}

/** @throws PullError `name_invalid` */
function requireName(name: string): string {
  // The weights' file may bear the name, too.
  if (isModelName(`${name}.bin`)) return name;
  throw new PullError(
    'name_invalid',
    `${JSON.stringify(name)} cannot be a model's name: letters, digits, '-', '_' and '.', at most 124, the first a ` +
      'letter or digit; give another with --name',
  );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** @throws PullError `source_unreadable` */
async function sizeOf(path: string): Promise<number> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Error(otherKind(stats));
    return stats.size;
  } catch (error) {
    throw new PullError('source_unreadable', `${path}: cannot be read (${fileProblem(error)})`, {
      cause: error,
    });
  }
}
