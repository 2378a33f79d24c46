import { homedir } from 'node:os';
import type { Command } from 'commander';
import { megabytes } from '../byte-size.ts';
import { systemClock } from '../clock.ts';
import { type ValueKind, word } from '../config/values.ts';
import { ModelError } from '../models/errors.ts';
import { PullError, type PullErrorCode } from '../models/pull/errors.ts';
import type { PulledModel } from '../models/pull/pull.ts';
import { pullModel } from '../models/pull/pull-model.ts';
import { pullSettings } from '../models/pull/settings.ts';
import { valueFlag } from './arguments.ts';
import { UsageError } from './errors.ts';
import { PullEvents, PullStatus, type PullView } from './pull-view.ts';
import { addSettings } from './settings.ts';

export interface PullFlags {
  readonly name?: string;
  readonly sha256?: string;
  readonly force?: boolean;
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly modelsDir?: string;
}

/** What the command's caller can mend by calling it otherwise. */
const usageErrors: readonly PullErrorCode[] = [
  'address_invalid',
  'name_invalid',
  'setting_invalid',
  'source_unreadable',
];

const sha256: ValueKind<string> = word('hex', '64 hexadecimal digits', /^[0-9a-fA-F]{64}$/);

/** `theo pull NAME|URL|FILE...`: models of the catalogue, or any of whisper.cpp's, become installed ones. */
export function registerPull(program: Command): void {
  const command = program
    .command('pull')
    .argument('<model...>', 'names of the catalogue, addresses or files of ggml models')
    .description('install models: fetch them, check them, put them where they are found')
    .option('--name <name>', "the model's name (default: the catalogue's, or one made of the file's)")
    .addOption(valueFlag('--sha256', sha256, 'what the file has to have'))
    .option('--force', 'replace a model of that name')
    .option('--offline', 'ask nothing of the network')
    .option('--json', 'tell progress (stderr) and result (stdout) as JSON, an object a line');
  const settingsOf = addSettings(command, ['modelsDir']);
  command.action(async (wanted: readonly string[], flags: PullFlags & Record<string, unknown>) => {
    if (wanted.length > 1 && (flags.name !== undefined || flags.sha256 !== undefined)) {
      throw new UsageError('--name and --sha256 go with one model');
    }
    const { modelsDir } = settingsOf(flags);
    const view = flags.json ? new PullEvents(systemClock) : new PullStatus(systemClock);
    for (const each of wanted) {
      const model = await runPull(each, modelsDir, flags, view);
      console.log(flags.json ? JSON.stringify(asJson(model)) : summary(model, flags));
    }
  });
}

/** Pulls one model; Ctrl-C ends it. @throws PullError, ModelError, UsageError */
export async function runPull(
  wanted: string,
  modelsDir: string,
  flags: PullFlags,
  view: PullView,
): Promise<PulledModel> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const settings = pullSettings(process.env, homedir());
    return await pullModel({
      wanted,
      name: flags.name,
      sha256: flags.sha256?.toLowerCase(),
      modelsDir,
      settings: flags.offline ? { ...settings, offline: true } : settings,
      force: flags.force,
      signal: interruption.signal,
      onProgress: (progress) => view.update(progress),
    });
  } catch (error) {
    const isUsage =
      (error instanceof PullError && usageErrors.includes(error.code)) ||
      (error instanceof ModelError && error.code === 'not_in_catalogue');
    throw isUsage ? new UsageError(error.message, { cause: error }) : error;
  } finally {
    view.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function summary(model: PulledModel, flags: PullFlags): string {
  const { name, folder, weightsBytes, isNew } = model;
  const where = flags.modelsDir === undefined ? '' : ` --models-dir ${flags.modelsDir}`;
  const state = isNew ? 'installed' : 'is installed already and the same, byte for byte';
  const lines = [
    `${name}: ${state}, ${megabytes(weightsBytes)}, in ${folder}`,
    `from ${model.source}, SHA-256 ${model.sha256}`,
    rights(model),
    `next: theo transcribe --model ${name}${where} FILE.wav`,
    `  or: theo serve --model ${name}${where}`,
  ];
  return lines.join('\n');
}

function rights({ author, licence }: PulledModel): string {
  if (licence === null) return 'licence: not known; look at where it comes from before you use it';
  return author === null ? `licence: ${licence}` : `licence: ${licence}, © ${author}`;
}

function asJson(model: PulledModel): object {
  return {
    name: model.name,
    folder: model.folder,
    weights: { path: model.weightsPath, bytes: model.weightsBytes, sha256: model.sha256 },
    new: model.isNew,
    source: model.source,
    licence: model.licence,
    author: model.author,
  };
}
