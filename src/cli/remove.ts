import type { Command } from 'commander';
import { byteSize } from '../byte-size.ts';
import { ModelRegistry } from '../models/registry.ts';
import { type RemovableModel, removableModel, removeModel } from '../models/remove-model.ts';
import { canAsk, confirm } from './confirm.ts';
import { UsageError } from './errors.ts';
import { addSettings } from './settings.ts';

interface RemoveFlags {
  readonly yes?: boolean;
}

/** `theo remove NAME...`: all of them or, where one cannot be removed, none. */
export function registerRemove(program: Command): void {
  const remove = program
    .command('remove')
    .argument('<name...>', 'installed models')
    .description('remove installed models from this machine')
    .option('--yes', 'without asking');
  const settingsOf = addSettings(remove, ['modelsDir']);
  remove.action(async (names: readonly string[], options: RemoveFlags & Record<string, unknown>) => {
    const { modelsDir } = settingsOf(options);
    const models = await chosen(names, modelsDir);
    if (!options.yes && !(await isAgreed(models))) {
      console.error('nothing was removed');
      process.exitCode = 1;
      return;
    }
    for (const model of models) {
      await removeModel(model);
      console.log(`removed ${model.name}: ${byteSize(model.bytes)} are free again (${model.folder})`);
    }
  });
}

async function chosen(names: readonly string[], modelsDir: string): Promise<readonly RemovableModel[]> {
  const registry = await ModelRegistry.open({ modelsDir });
  const models = await Promise.all(names.map((name) => removableModel(name, registry, modelsDir)));
  return [...new Map(models.map((model) => [model.folder, model])).values()];
}

/** @throws UsageError without a terminal */
async function isAgreed(models: readonly RemovableModel[]): Promise<boolean> {
  const what = models.map(({ name, bytes }) => `${name} (${byteSize(bytes)})`).join(', ');
  if (!canAsk()) throw new UsageError(`${what}: to remove without being asked on a terminal, say --yes`);
  return confirm(`remove ${what}?`, false);
}
