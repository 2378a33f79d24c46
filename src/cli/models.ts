import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { ModelRegistry } from '../models/registry.ts';
import { formatTable } from '../report/table.ts';
import { openModels } from './open-models.ts';
import { addSettings } from './settings.ts';

/** More languages than these are only counted. */
const maxListedLanguages = 8;

/** `theo list`. */
export function registerList(program: Command): void {
  const list = program.command('list').description('list the models on this machine');
  const settingsOf = addSettings(list, ['modelsDir']);
  list.action(async (options: Record<string, unknown>) => {
    const { modelsDir, defaultModel } = settingsOf(options);
    const registry = await openModels(modelsDir);
    const chosen = nameOfChosen(registry, defaultModel);
    const rows = registry.list().map(({ manifest, weightsBytes, origin }) => ({
      name: manifest.name,
      version: manifest.version,
      size: `${(weightsBytes / 1e6).toFixed(1)} MB`,
      languages: languagesText(manifest.capabilities.languages),
      origin: manifest.name === chosen ? `${origin}, default` : origin,
    }));
    console.log(formatTable(rows));
  });
}

/** `theo inspect NAME`. */
export function registerInspect(program: Command): void {
  const inspect = program
    .command('inspect')
    .argument('<name>', 'a model')
    .description('show what a model says of itself');
  const settingsOf = addSettings(inspect, ['modelsDir']);
  inspect.action(async (name: string, options: Record<string, unknown>) => {
    const registry = await openModels(settingsOf(options).modelsDir);
    const { manifest, weightsPath, weightsBytes, origin } = registry.choose(name);
    console.log(stringify(asWritten({ ...manifest, origin, weightsPath, weightsBytes })).trimEnd());
  });
}

/** With the keys as `theo.yaml` spells them. */
function asWritten(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      entry !== null && typeof entry === 'object' && !Array.isArray(entry) ? asWritten(entry) : entry,
    ]),
  );
}

/** undefined when it cannot be used. */
function nameOfChosen(registry: ModelRegistry, defaultModel: string | null): string | undefined {
  try {
    return registry.choose(defaultModel).manifest.name;
  } catch {
    return undefined;
  }
}

function languagesText(languages: readonly string[]): string {
  if (languages.length > maxListedLanguages) return `${languages.length} languages`;
  return languages.join(',') || '-';
}
