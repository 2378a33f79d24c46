import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { registerFlags } from '../config/flags.ts';
import { type Clip, readClipFolder } from '../eval/clip-folder.ts';
import { compareRuns, counterpartOf } from '../eval/compare.ts';
import { evaluate } from '../eval/evaluate.ts';
import { readReport, writeReport } from '../eval/report-file.ts';
import { describeSetup, type Run, type RunSetup } from '../eval/run.ts';
import { errorTable } from '../eval/tables.ts';
import { type InstalledModel, ModelRegistry } from '../models/registry.ts';
import { isLanguage } from '../protocol/session-config.ts';
import { describeMachine } from '../report/machine.ts';
import { formatTable } from '../report/table.ts';
import { version } from '../version.ts';
import { UsageError } from './errors.ts';
import { settingsOf } from './settings.ts';

const bundledClips = fileURLToPath(new URL('../../test/speech', import.meta.url));

interface EvalFlags {
  readonly model: readonly string[];
  readonly language: string;
  readonly languages?: string;
  readonly limit?: number;
  readonly audioCtx: readonly RunSetup['audioContext'][];
  readonly threads?: number;
  readonly json?: string;
  readonly baseline?: string;
}

/** `theo eval DIR`: error rates of models over recordings whose text is known. */
export function registerEval(program: Command): void {
  const command = program
    .command('eval')
    .argument('[folder]', 'recordings and their manifest.tsv (id, language, reference), or X.wav and X.txt')
    .description('measure how well models hear recordings whose text is known')
    .option('--model <name>', 'model to measure; repeatable', append, [])
    .option('--language <xx>', 'given (by the manifest), auto (detected), or ISO 639-1 for all', 'given')
    .option('--languages <list>', 'only the clips in these languages, such as en,pt')
    .option('--limit <n>', 'only the first n clips of each language', positiveInteger)
    .option(
      '--audio-ctx <n>',
      "auto, full or positions, in place of the model's own; repeatable",
      audioContexts,
      [],
    )
    .option('--threads <n>', 'threads of one decode', positiveInteger)
    .option('--json <file>', 'write everything there, for --baseline and for machines')
    .option('--baseline <file>', 'compare with an earlier --json');
  registerFlags(command, ['modelsDir', 'decodeSlots']);
  command.action(async (folder: string | undefined, options: EvalFlags & Record<string, unknown>) => {
    const config = settingsOf(options);
    const clips = chosenClips(await readClipFolder(folder ?? defaultFolder()), options);
    const registry = await ModelRegistry.open({ modelsDir: config.modelsDir });
    const models = chosenModels(registry, options.model, config.defaultModel);
    const earlier = options.baseline === undefined ? undefined : (await readReport(options.baseline)).runs;
    const runs: Run[] = [];
    const plan = {
      clips,
      models,
      audioContexts: options.audioCtx.length > 0 ? options.audioCtx : (['default'] as const),
      threads: options.threads ?? null,
      language: languageChoice(options.language),
      decodeSlots: config.decodeSlots,
    };
    for await (const run of evaluate(plan, progress())) {
      const before = counterpartOf(run.setup, earlier ?? runs);
      runs.push(run);
      console.log(`\n${describeSetup(run.setup)}`);
      if (before)
        console.log(
          `compared with: ${describeSetup(before.setup)}${earlier ? ` in ${options.baseline}` : ''}`,
        );
      console.log(formatTable(errorTable(run, before ? compareRuns(run, before) : [])));
      const seconds = run.clips.reduce((sum, clip) => sum + clip.seconds, 0);
      console.log(`CPU: ${(run.cpuSeconds / seconds).toFixed(3)} s a second of audio`);
    }
    if (options.json !== undefined) {
      await writeReport(options.json, {
        kind: 'theo-eval',
        formatVersion: 1,
        theo: version,
        date: new Date().toISOString(),
        machine: describeMachine(),
        folder: folder ?? bundledClips,
        runs,
      });
      console.error(`written: ${options.json}`);
    }
  });
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
  if (chosen.length === 0) {
    const present = [...new Set(all.map(({ language }) => language ?? '(none)'))];
    throw new UsageError(`--languages ${languages}: no such clips (there are: ${present.join(', ')})`);
  }
  return chosen;
}

function chosenModels(
  registry: ModelRegistry,
  names: readonly string[],
  defaultModel: string | null,
): readonly InstalledModel[] {
  const installed = registry.list().map(({ manifest }) => manifest.name);
  const wanted = names.length > 0 ? names : [defaultModel ?? installed[0] ?? ''];
  return wanted.map((name) => {
    const model = registry.find(name);
    if (!model) throw new UsageError(`no model "${name}" (available: ${installed.join(', ')})`);
    return model;
  });
}

function languageChoice(value: string): string {
  if (value === 'given' || isLanguage(value)) return value;
  throw new UsageError(`--language ${value}: must be given, auto, or two lower-case letters (ISO 639-1)`);
}

function progress(): { onRun(setup: RunSetup): void; onClip(done: number, of: number): void } {
  const { stderr } = process;
  return {
    onRun: (setup) => {
      if (!stderr.isTTY) console.error(describeSetup(setup));
    },
    onClip: (done, of) => {
      if (stderr.isTTY) stderr.write(done < of ? `\r${done} of ${of} clips` : '\r\x1b[K');
    },
  };
}

function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function audioContexts(
  value: string,
  before: readonly RunSetup['audioContext'][],
): readonly RunSetup['audioContext'][] {
  if (value === 'auto' || value === 'full') return [...before, value];
  const positions = Number(value);
  if (!Number.isInteger(positions) || positions < 1 || positions > 1500) {
    throw new UsageError(`--audio-ctx ${value}: must be auto, full or a number from 1 to 1500`);
  }
  return [...before, positions];
}

function positiveInteger(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`${value}: must be a whole number above 0`);
  return number;
}
