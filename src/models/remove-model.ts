import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveModel } from './catalogue/catalogue.ts';
import { ModelError } from './errors.ts';
import { manifestFileName } from './manifest.ts';
import { isModelName } from './names.ts';
import { pullFolder } from './pull/pull-model.ts';
import type { ModelRegistry } from './registry.ts';
import { removeModelFolder } from './staging-folder.ts';

/** A model that can be taken away from this machine. */
export interface RemovableModel {
  readonly name: string;
  /** Absolute path. */
  readonly folder: string;
  /** Of all that is in it. */
  readonly bytes: number;
}

/**
 * The installed model that a name stands for, a broken one as well; else what an unfinished pull of it has left.
 * @throws ModelError `model_embedded` or `model_not_found`
 */
export async function removableModel(
  name: string,
  registry: ModelRegistry,
  modelsDir: string,
): Promise<RemovableModel> {
  const model = registry.find(name);
  if (model?.origin === 'installed') {
    return { name: model.manifest.name, folder: model.folder, bytes: await bytesIn(model.folder) };
  }
  const broken = isModelName(name) ? join(modelsDir, name) : undefined;
  if (broken !== undefined && (await isThere(join(broken, manifestFileName)))) {
    return { name, folder: broken, bytes: await bytesIn(broken) };
  }
  const unfinished = isModelName(name) ? pullFolder(modelsDir, resolveModel(name)?.installName ?? name) : '';
  if (unfinished !== '' && (await isThere(unfinished))) {
    return { name: `the unfinished pull of ${name}`, folder: unfinished, bytes: await bytesIn(unfinished) };
  }
  if (model) {
    throw new ModelError(
      'model_embedded',
      `${model.manifest.name} comes with the package and stays: it is what is used where no other model is`,
    );
  }
  const installed = registry.list().filter(({ origin }) => origin === 'installed');
  const names = installed.map(({ manifest }) => manifest.name).join(', ') || 'none';
  throw new ModelError('model_not_found', `no model "${name}" in ${modelsDir} (installed: ${names})`);
}

/** @throws ModelError `target_unwritable` */
export async function removeModel({ folder }: RemovableModel): Promise<void> {
  await removeModelFolder(folder);
}

/** What removing it frees: of a link to a folder nothing but the link. */
async function bytesIn(folder: string): Promise<number> {
  const stats = await lstat(folder);
  if (!stats.isDirectory()) return stats.size;
  const sizes = await Promise.all((await readdir(folder)).map((name) => bytesIn(join(folder, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
