import { homedir } from 'node:os';
import type { Command } from 'commander';
import { byteSize } from '../byte-size.ts';
import { systemClock } from '../clock.ts';
import type { ServerConfig } from '../config/options.ts';
import { type CatalogueModel, resolveModel } from '../models/catalogue/catalogue.ts';
import { ModelError } from '../models/errors.ts';
import { addressOf } from '../models/pull/addresses.ts';
import { pullSettings } from '../models/pull/settings.ts';
import { ModelRegistry } from '../models/registry.ts';
import { canAsk, confirm } from './confirm.ts';
import { PullEvents, PullStatus } from './pull-view.ts';

export interface PullOfferFlags {
  readonly pull?: boolean;
}

/** Adds `--pull` to a command that uses a model. */
export function addPullFlag(command: Command): Command {
  return command.option('--pull', 'fetch the model without asking where it is not installed (theo pull)');
}

/**
 * Fetches the model that a command is to use where the catalogue has it and this machine does not: with `--pull` at once,
 * on a terminal after a question. Else it does nothing, and the command tells what is missing.
 * @param name - as it was asked for; null: nothing was
 * @throws PullError, ModelError
 */
export async function offerPull(
  name: string | null,
  { modelsDir, logFormat }: Pick<ServerConfig, 'modelsDir' | 'logFormat'>,
  { pull = false }: PullOfferFlags,
): Promise<void> {
  if (name === null) return;
  const model = resolveModel(name);
  if (!model || (await isHere(name, modelsDir))) return;
  if (!pull && !(canAsk() && (await confirm(questionAbout(model), true)))) return;
  const view = logFormat === 'json' ? new PullEvents(systemClock) : new PullStatus(systemClock);
  // Its HTTP client need not be loaded by commands that fetch nothing.
  const { runPull } = await import('./pull.ts');
  await runPull(model.installName, modelsDir, {}, view);
}

/** A broken one is here, too: what is wrong with it has to be told. */
async function isHere(name: string, modelsDir: string): Promise<boolean> {
  try {
    return (await ModelRegistry.open({ modelsDir })).choose(name) !== undefined;
  } catch (error) {
    return !(error instanceof ModelError && error.code === 'model_not_found');
  }
}

function questionAbout({ installName, bytes, source }: CatalogueModel): string {
  const { host } = addressOf(source, pullSettings(process.env, homedir()));
  return `${installName} is not installed: pull ${byteSize(bytes)} from ${host}?`;
}
