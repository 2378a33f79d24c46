import type { Command } from 'commander';
import { systemClock } from '../clock.ts';
import { integer } from '../config/values.ts';
import { capacityText } from '../engine/capacity-text.ts';
import { usableCores } from '../engine/cores.ts';
import { type Trial, type TunedSettings, tuneWhisper } from '../engine/whisper/tune-whisper.ts';
import { changeManifest, type EngineConfigChanges } from '../models/manifest-edit.ts';
import type { InstalledModel } from '../models/registry.ts';
import { loadNative } from '../native.ts';
import { describeMachine } from '../report/machine.ts';
import { formatTable, type Row } from '../report/table.ts';
import { valueFlag } from './arguments.ts';
import { openModels } from './open-models.ts';
import { ProgressBar } from './progress-bar.ts';
import { addSettings } from './settings.ts';

interface TuneFlags {
  readonly seconds: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `theo tune NAME`: measures the ways in which a model can be run here, and writes the best into its `theo.yaml`. */
export function registerTune(program: Command): void {
  const command = program
    .command('tune')
    .argument('<name>', 'a model')
    .description('measure how a model runs best on this machine, and write that into its theo.yaml')
    .addOption(valueFlag('--seconds', integer(1, 600), 'how long each way is measured').default(4))
    .option('--dry-run', 'change nothing')
    .option('--json', 'tell what was measured as JSON');
  const settingsOf = addSettings(command, ['modelsDir', 'cores']);
  command.action(async (name: string, flags: TuneFlags & Record<string, unknown>) => {
    const { modelsDir, cores } = settingsOf(flags);
    const model = (await openModels(modelsDir)).choose(name);
    const { trials, best } = await measureAll(model, usableCores(cores), flags);
    const path =
      flags.dryRun || model.origin === 'embedded'
        ? null
        : await changeManifest(model.folder, asWritten(best.settings));
    if (flags.json) console.log(JSON.stringify(report(model, trials, best, path), null, 2));
    else console.log(summary(model, trials, best));
    console.error(whatNow(model, modelsDir, path));
  });
}

async function measureAll(model: InstalledModel, cores: number, { seconds }: TuneFlags) {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort(new Error('interrupted: nothing was changed'));
  const progress = new ProgressBar();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await tuneWhisper(model, {
      addon: loadNative(),
      clock: systemClock,
      cores,
      trialMs: 1000 * seconds,
      onProgress: (fraction) => progress.update(`measuring ${model.manifest.name}`, fraction),
      signal: interruption.signal,
    });
  } catch (error) {
    // What was stopped says so in words of its own.
    interruption.signal.throwIfAborted();
    throw error;
  } finally {
    progress.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function asWritten(settings: TunedSettings): EngineConfigChanges {
  return {
    decode_slots: settings.decodeSlots,
    threads: settings.threads,
    decode_batch: settings.decodeBatch,
    int8: settings.int8,
    partial_interval_ms: settings.partialIntervalMs,
  };
}

function summary({ manifest: { name } }: InstalledModel, trials: readonly Trial[], best: Trial): string {
  const rows = trials.map(({ settings, capacity }): Row => {
    const { decodeSlots, threads, decodeBatch, int8, partialIntervalMs } = settings;
    const { firstTextMs, peopleAtOnce, secondsPerFileSecond } = capacity;
    return {
      slots: decodeSlots,
      threads,
      batch: decodeBatch,
      int8,
      partials: `${partialIntervalMs} ms`,
      'first text': `${firstTextMs.toFixed(0)} ms`,
      people: peopleAtOnce,
      'files, x real time': secondsPerFileSecond,
      '': settings === best.settings ? '<- best' : '',
    };
  });
  const chosen = Object.entries(asWritten(best.settings)).map(([key, value]) => `  ${key}: ${value}`);
  return [
    describeMachine(),
    '',
    formatTable(rows),
    '',
    capacityText(name, best.capacity),
    'engine_config:',
    ...chosen,
  ].join('\n');
}

function report(
  { manifest }: InstalledModel,
  trials: readonly Trial[],
  best: Trial,
  path: string | null,
): object {
  const asJson = ({ settings, capacity }: Trial): object => ({ ...asWritten(settings), capacity });
  return {
    model: manifest.name,
    machine: describeMachine(),
    trials: trials.map(asJson),
    best: asJson(best),
    written: path,
  };
}

/** What became of the settings, and what to do next. @param path of the changed file; null: none was */
export function whatNow(
  { manifest: { name }, origin, folder }: Pick<InstalledModel, 'manifest' | 'origin' | 'folder'>,
  modelsDir: string,
  path: string | null,
): string {
  if (path !== null) return `theo: written to ${path}; a server takes it when it is started anew`;
  if (origin === 'installed') return 'theo: nothing was written';
  return (
    `theo: nothing was written: ${name} comes with the package, whose files stay as they are. An installed copy goes before it:\n` +
    `  mkdir -p ${modelsDir} && cp -r ${folder} ${modelsDir}/ && theo tune ${name} --models-dir ${modelsDir}`
  );
}
