import type { Command } from 'commander';
import { stringify } from 'yaml';
import { registerFlags } from '../config/flags.ts';
import type { ServerConfig } from '../config/options.ts';
import { ModelRegistry } from '../models/registry.ts';
import { formatTable } from '../report/table.ts';
import { chooseModel } from './model-choice.ts';
import { settingsOf } from './settings.ts';

/** More languages than these are only counted. */
const maxListedLanguages = 8;

/** `theo list`. */
export function registerList(program: Command): void {
  const list = program.command('list').description('list the models on this machine');
  registerFlags(list, ['modelsDir']);
  list.action(async (options: Record<string, unknown>) => {
    const config = settingsOf(options);
    const registry = await openRegistry(config);
    const chosen = defaultName(registry, config);
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
  registerFlags(inspect, ['modelsDir']);
  inspect.action(async (name: string, options: Record<string, unknown>) => {
    const config = settingsOf(options);
    const registry = await openRegistry(config);
    const { manifest, weightsPath, weightsBytes, origin } = chooseModel(registry, name, config);
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

async function openRegistry({ modelsDir }: ServerConfig): Promise<ModelRegistry> {
  const registry = await ModelRegistry.open({ modelsDir });
  for (const problem of registry.problems) console.error(`theo: model left out: ${problem.message}`);
  return registry;
}

/** undefined when it cannot be used. */
function defaultName(registry: ModelRegistry, { defaultModel }: ServerConfig): string | undefined {
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
