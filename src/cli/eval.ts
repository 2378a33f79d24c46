import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { ServerConfig } from '../config/options.ts';
import { chartsOf } from '../eval/charts.ts';
import { type Clip, readClipFolder } from '../eval/clip-folder.ts';
import { compareRuns, counterpartOf } from '../eval/compare.ts';
import { evaluate } from '../eval/evaluate.ts';
import { compareModels } from '../eval/model-comparison.ts';
import type { EvalPlan } from '../eval/plan.ts';
import { readReport, writeReport } from '../eval/report-file.ts';
import { describeSetup, type Run, type RunSetup } from '../eval/run.ts';
import type { InstalledModel } from '../models/registry.ts';
import { renderCharts } from '../report/chart.ts';
import { describeMachine } from '../report/machine.ts';
import { version } from '../version.ts';
import { UsageError } from './errors.ts';
import { comparisonText } from './eval-comparison.ts';
import { addEvalFlags, type EvalFlags } from './eval-flags.ts';
import { printRun, RunProgress } from './eval-output.ts';
import { openModels } from './open-models.ts';
import { addPullFlag, offerPull, type PullOfferFlags } from './pull-offer.ts';
import { addSettings } from './settings.ts';

const bundledClips = fileURLToPath(new URL('../../test/speech', import.meta.url));

/** `theo eval DIR`: error rates and latencies of models over recordings whose text is known. */
export function registerEval(program: Command): void {
  const command = program
    .command('eval')
    .argument('[folder]', 'recordings and their manifest.tsv (id, language, reference), or X.wav and X.txt')
    .description('measure how well and how soon models hear recordings whose text is known');
  addEvalFlags(command);
  addPullFlag(command);
  const settingsOf = addSettings(command, ['modelsDir', 'decodeSlots']);
  command.action(async (folder: string | undefined, options: EvalFlags & Record<string, unknown>) => {
    const config = settingsOf(options);
    const from = folder ?? defaultFolder();
    const plan: EvalPlan = {
      clips: chosenClips(await readClipFolder(from), options),
      models: await chosenModels(config, modelsAskedFor(options), options),
      audioContexts: options.audioCtx.length > 0 ? options.audioCtx : ['default'],
      beamSizes: options.beamSize.length > 0 ? options.beamSize : ['default'],
      variants: options.variant.length > 0 ? options.variant : ['clean'],
      modes: options.mode === 'both' ? ['whole', 'live'] : [options.mode],
      threads: options.threads ?? null,
      language: options.language,
      decodeSlots: config.decodeSlots,
      talkers: options.talkers,
    };
    const earlier = options.baseline === undefined ? undefined : (await readReport(options.baseline)).runs;
    const runs: Run[] = [];
    // Before anything is measured: hours of work shall not end at a folder that is not there.
    await save(runs, from, options);
    for await (const run of evaluate(plan, new RunProgress(process.stderr))) {
      const before = counterpartOf(run.setup, earlier ?? runs);
      printRun(run, before ? { name: describeSetup(before.setup), by: compareRuns(run, before) } : null);
      const beside = options.compare && runs.find((other) => isSameButModel(other.setup, run.setup));
      runs.push(run);
      await save(runs, from, options);
      if (beside) console.log(`\n${comparisonText(compareModels(beside, run))}`);
    }
    for (const file of [options.json, options.chart]) {
      if (file !== undefined) console.error(`written: ${file}`);
    }
  });
}

/** Writes what there is so far to the files that were asked for. */
async function save(runs: readonly Run[], folder: string, { json, chart }: EvalFlags): Promise<void> {
  const date = new Date().toISOString();
  const machine = describeMachine();
  if (json !== undefined) {
    await writeReport(json, {
      kind: 'theo-eval',
      formatVersion: 1,
      theo: version,
      date,
      machine,
      folder,
      runs,
    });
  }
  if (chart !== undefined) {
    await writeFile(chart, renderCharts(chartsOf(runs), `${machine}, ${date.slice(0, 10)}`));
  }
}

/** @throws UsageError where models are asked for in two ways, or one is to be compared with itself */
function modelsAskedFor({ model, compare }: EvalFlags): readonly string[] {
  if (!compare) return model;
  if (model.length > 0) throw new UsageError('--compare names the models itself: leave --model out');
  if (compare[0] === compare[1]) throw new UsageError('--compare: name two different models');
  return compare;
}

function isSameButModel(one: RunSetup, other: RunSetup): boolean {
  return (
    one.model !== other.model &&
    one.mode === other.mode &&
    one.audioContext === other.audioContext &&
    one.variant === other.variant
  );
}

function defaultFolder(): string {
  if (!existsSync(bundledClips)) throw new UsageError('a folder of recordings is needed: theo eval DIR');
  return bundledClips;
}

function chosenClips(all: readonly Clip[], { languages, limit }: EvalFlags): readonly Clip[] {
  const wanted = languages?.split(',').map((language) => language.trim());
  const counts = new Map<string | null, number>();
  const chosen = all.filter(({ language }) => {
    if (wanted && !wanted.includes(language ?? '')) return false;
    const count = (counts.get(language) ?? 0) + 1;
    counts.set(language, count);
    return count <= (limit ?? Number.POSITIVE_INFINITY);
  });
  // A folder has clips, and a limit leaves one of each language: only the languages can have left none.
  if (languages !== undefined && chosen.length === 0) {
    const present = [...new Set(all.map(({ language }) => language ?? '(none)'))];
    throw new UsageError(`--languages ${languages}: no such clips (there are: ${present.join(', ')})`);
  }
  return chosen;
}

async function chosenModels(
  config: Pick<ServerConfig, 'modelsDir' | 'defaultModel' | 'logFormat'>,
  names: readonly string[],
  flags: PullOfferFlags,
): Promise<readonly InstalledModel[]> {
  const wanted = names.length > 0 ? names : [config.defaultModel];
  for (const name of wanted) await offerPull(name, config, flags);
  const registry = await openModels(config.modelsDir);
  return wanted.map((name) => registry.choose(name));
}
