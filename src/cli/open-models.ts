import type { ModelError } from '../models/errors.ts';
import { ModelRegistry } from '../models/registry.ts';

/** The models in a folder and those that come along; what is broken is told on stderr. */
export async function openModels(modelsDir: string): Promise<ModelRegistry> {
  const registry = await ModelRegistry.open({ modelsDir });
  registry.problems.forEach(tellLeftOut);
  return registry;
}

export function tellLeftOut({ message }: ModelError): void {
  console.error(`theo: model left out: ${message}`);
}
