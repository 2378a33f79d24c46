import type { ServerConfig } from '../config/options.ts';
import { ModelError } from '../models/errors.ts';
import { embeddedModelName, type InstalledModel, type ModelRegistry } from '../models/registry.ts';
import { UsageError } from './errors.ts';

/** What `--model` says of itself. */
export const modelHelp: string = `model to use (default: default_model of the settings, else the only one installed, else ${embeddedModelName})`;

/**
 * The model of a command: what its own `--model` names, else what the settings name, else the registry's choice.
 * @throws UsageError when no model has that name; ModelError when it cannot be used
 */
export function chooseModel(
  registry: ModelRegistry,
  flag: string | undefined,
  { defaultModel }: Pick<ServerConfig, 'defaultModel'>,
): InstalledModel {
  try {
    return registry.choose(flag ?? defaultModel);
  } catch (error) {
    const isWrongName = error instanceof ModelError && error.code === 'model_not_found';
    throw isWrongName ? new UsageError(error.message) : error;
  }
}
