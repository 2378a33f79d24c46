import { join, resolve } from 'node:path';
import { type Clock, commandClock } from '../../clock.ts';
import { requireFree } from '../staging-folder.ts';
import { fetchAndInstall, installFile } from './install.ts';
import { findInstalled } from './installed.ts';
import { storedPart } from './partial-file.ts';
import { type PullWishes, planPull } from './plan.ts';
import { type Pull, type PullEvent, type PulledModel, partialPath } from './pull.ts';
import type { PullSettings } from './settings.ts';
import { PullTurn } from './turn.ts';

/** What is told of a pull while it goes on, with the name that the model will have. */
export type PullProgress = PullEvent & { readonly name: string };

export interface PullOptions extends PullWishes {
  /** Where models are installed; made if it is not there. */
  readonly modelsDir: string;
  readonly settings: PullSettings;
  /** Replaces a model of that name. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PullProgress) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Installs a model of the catalogue, of an address or of a file. It appears whole and checked or not at all; what an
 * interrupted pull has fetched is kept in a hidden folder and gone on with. Of several pulls of one model, in whatever
 * processes, one fetches and the others wait. One that is installed already is only looked at.
 * @throws PullError, ModelError
 */
export async function pullModel(options: PullOptions): Promise<PulledModel> {
  const { settings, force = false, signal = new AbortController().signal, clock = commandClock } = options;
  const plan = await planPull(options, settings);
  const modelsDir = resolve(options.modelsDir);
  const pull: Pull = {
    plan,
    modelsDir,
    target: join(modelsDir, plan.name),
    folder: pullFolder(modelsDir, plan.name),
    settings,
    force,
    signal,
    clock,
    tell: (event) => options.onProgress?.({ ...event, name: plan.name }),
  };
  const ready = force ? undefined : await findInstalled(pull);
  return ready ?? (await inTurn(pull));
}

/** The hidden folder that an unfinished pull of a model keeps its part in. */
export function pullFolder(modelsDir: string, name: string): string {
  return join(modelsDir, `.theo-pull-${name}`);
}

async function inTurn(pull: Pull): Promise<PulledModel> {
  const { plan, target, folder, force, clock, signal } = pull;
  await requireFree(target, force);
  let hasWaited = false;
  const onWait = async (): Promise<void> => {
    hasWaited = true;
    pull.tell({ kind: 'waiting', ...(await storedPart(partialPath(pull))) });
  };
  const turn = await PullTurn.take(folder, { clock, random: Math.random, signal, onWait });
  try {
    // What was waited for may be what is wanted.
    const ready = hasWaited ? await findInstalled(pull) : undefined;
    if (ready) return ready;
    await requireFree(target, force);
    return plan.source.kind === 'file'
      ? await installFile(pull, plan.source.path)
      : await fetchAndInstall(pull, plan.source.url);
  } finally {
    await turn.release();
  }
}
