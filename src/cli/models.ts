import type { Command } from 'commander';
import { stringify } from 'yaml';
import { registerFlags } from '../config/flags.ts';
import { ModelRegistry } from '../models/registry.ts';
import { UsageError } from './errors.ts';
import { settingsOf } from './settings.ts';

/** `theo list`. */
export function registerList(program: Command): void {
  const list = program.command('list').description('list the models on this machine');
  registerFlags(list, ['modelsDir']);
  list.action(async (options: Record<string, unknown>) => {
    const registry = await openRegistry(options);
    const rows = registry
      .list()
      .map(({ manifest, weightsBytes, origin }) => [
        manifest.name,
        manifest.version,
        `${(weightsBytes / 1e6).toFixed(1)} MB`,
        manifest.capabilities.languages.join(',') || '-',
        origin,
      ]);
    console.log(columns([['NAME', 'VERSION', 'SIZE', 'LANGUAGES', 'ORIGIN'], ...rows]));
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
    const registry = await openRegistry(options);
    const model = registry.find(name);
    if (!model) {
      const known = registry.list().map(({ manifest }) => manifest.name);
      throw new UsageError(`no model "${name}" (available: ${known.join(', ')})`);
    }
    const { manifest, weightsPath, weightsBytes, origin } = model;
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

async function openRegistry(options: Record<string, unknown>): Promise<ModelRegistry> {
  const registry = await ModelRegistry.open({ modelsDir: settingsOf(options).modelsDir });
  for (const problem of registry.problems) console.error(`theo: model left out: ${problem.message}`);
  return registry;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
