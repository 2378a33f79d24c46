import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, systemCodeOf, TheoError } from '../errors.ts';
import { ModelError } from './errors.ts';
import { manifestFileName } from './manifest.ts';
import { isRunning, machineTag } from './process-mark.ts';

/** Begins with a dot: the registry passes over such folders. */
const prefix = '.theo-staging-';
/** A staging folder of another machine counts as left behind after this. */
const staleAfterMs = 24 * 3_600_000;

/**
 * A folder beside the installed models that a new one is put together in, so that it appears whole or not at all.
 * Those that a killed process left behind are removed when the next one is made.
 */
export class StagingFolder {
  readonly path: string;
  readonly #modelsDir: string;

  private constructor(path: string, modelsDir: string) {
    this.path = path;
    this.#modelsDir = modelsDir;
  }

  /** @throws ModelError `target_unwritable` or `no_space` */
  static async create(modelsDir: string): Promise<StagingFolder> {
    return writing(modelsDir, async () => {
      await mkdir(modelsDir, { recursive: true });
      await removeStale(modelsDir);
      const path = hiddenPath(modelsDir);
      await mkdir(path);
      return new StagingFolder(path, modelsDir);
    });
  }

  /** @throws ModelError `no_space` when fewer bytes are free. */
  async requireSpace(bytes: number): Promise<void> {
    await requireSpace(this.#modelsDir, bytes);
  }

  /**
   * Gives the folder its place; what lies there already goes when `replace` is set.
   * @throws ModelError `target_exists`, `target_unwritable` or `no_space`
   */
  async install(target: string, replace: boolean): Promise<void> {
    await requireFree(target, replace);
    await writing(target, async () => {
      await syncFolder(this.path);
      const retired = `${this.path}.old-${basename(target)}`;
      const hasRetired = replace && (await exists(target));
      if (hasRetired) await rename(target, retired);
      try {
        await rename(this.path, target);
      } catch (error) {
        if (hasRetired) await rename(retired, target);
        throw error;
      }
      await syncFolder(dirname(target));
      if (hasRetired) await rm(retired, { recursive: true, force: true });
    });
  }

  /** Removes it with all that is in it, where it was not installed. */
  async discard(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** @throws ModelError `no_space` when fewer bytes are free where the folder lies. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await writing(folder, () => statfs(folder));
  if (bavail * bsize >= bytes) return;
  const [needed, free] = [bytes, bavail * bsize].map((size) => `${(size / 1e6).toFixed(0)} MB`);
  throw new ModelError('no_space', `${folder}: ${needed} are needed and ${free} are free`);
}

/**
 * Takes a model away: it is gone at once, and its files after it. What a killed process leaves of them goes with the next
 * staging folder that is made. Of a link to a folder the link is removed.
 * @throws ModelError `target_unwritable`
 */
export async function removeModelFolder(folder: string): Promise<void> {
  await writing(folder, async () => {
    const hidden = hiddenPath(dirname(folder));
    await rename(folder, hidden);
    await rm(hidden, { recursive: true, force: true });
  });
}

/** A new name beside the models that the registry passes over and that tells whose it is. */
function hiddenPath(modelsDir: string): string {
  return join(modelsDir, `${prefix}${machineTag()}-${process.pid}-${randomBytes(4).toString('hex')}`);
}

/**
 * A model's folder has to be free, or a model's that may be replaced.
 * @throws ModelError `target_exists`
 */
export async function requireFree(target: string, replace: boolean): Promise<void> {
  if (!(await exists(target))) return;
  if (!replace) {
    throw new ModelError(
      'target_exists',
      `${target}: is there already; --force replaces it, --name makes another`,
    );
  }
  if (!(await exists(join(target, manifestFileName)))) {
    throw new ModelError(
      'target_exists',
      `${target}: is there already and is no model (it has no ${manifestFileName}); move it away first`,
    );
  }
}

/** Runs what writes in `path`, with the system's failures told as ModelErrors. */
export async function writing<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof TheoError) throw error;
    const code = systemCodeOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new ModelError('no_space', `${path}: no space left on the device`, { cause: error });
    }
    throw new ModelError('target_unwritable', `${path}: cannot be written (${messageOf(error)})`, {
      cause: error,
    });
  }
}

async function removeStale(modelsDir: string): Promise<void> {
  for (const name of await readdir(modelsDir)) {
    const [, host, pid, replaced] = /^\.theo-staging-([0-9a-f]+)-(\d+)-\w+(?:\.old-(.+))?$/.exec(name) ?? [];
    if (host === undefined) continue;
    const path = join(modelsDir, name);
    if (host === machineTag() ? isRunning(Number(pid)) : !(await isOld(path))) continue;
    // Its process ended between taking the old model away and putting the new one there.
    const isLost = replaced !== undefined && !(await exists(join(modelsDir, replaced)));
    if (isLost) await rename(path, join(modelsDir, replaced));
    else await rm(path, { recursive: true, force: true });
  }
}

async function isOld(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > staleAfterMs,
    () => false,
  );
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path);
  await folder.sync();
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
