import type { ModelError } from '../models/errors.ts';
import type { ModelRegistry } from '../models/registry.ts';
import { isCancelled } from './errors.ts';
import type { Engines, SpeechEngine } from './types.ts';

/**
 * Loads the model that was asked for or, where none was, the registry's choice. One that nobody asked for and that
 * does not load is left out, and the next is tried.
 * @param name - of a model or an alias; null: none was asked for.
 * @throws ModelError, EngineError; of code `cancelled` when the engines were closed meanwhile
 */
export async function loadChosen(
  engines: Engines,
  registry: ModelRegistry,
  name: string | null,
  onLeftOut: (error: ModelError) => void,
): Promise<SpeechEngine> {
  for (;;) {
    const model = registry.choose(name);
    try {
      const engine = await engines.get(model.manifest.name);
      if (engine) return engine;
    } catch (error) {
      if (name !== null || isCancelled(error)) throw error;
      onLeftOut(registry.leaveOut(model, error));
      continue;
    }
    throw new Error(`no model "${model.manifest.name}"`);
  }
}
