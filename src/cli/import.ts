import { basename } from 'node:path';
import type { Command } from 'commander';
import { megabytes } from '../byte-size.ts';
import { choice } from '../config/values.ts';
import { ModelImportError, type ModelImportErrorCode } from '../models/import/errors.ts';
import { type ImportedModel, importModel } from '../models/import/import-model.ts';
import { matrixTypes } from '../models/whisper/weight-types.ts';
import { loadNative, type NativeWeightType } from '../native.ts';
import { valueFlag } from './arguments.ts';
import { UsageError } from './errors.ts';
import { ProgressBar } from './progress-bar.ts';
import { addSettings } from './settings.ts';

interface ImportFlags {
  readonly base?: string;
  readonly name?: string;
  readonly quantize?: NativeWeightType;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly modelsDir?: string;
}

/** What the command's caller can mend by calling it otherwise. */
const usageErrors: readonly ModelImportErrorCode[] = [
  'source_missing',
  'source_unsuitable',
  'base_missing',
  'base_unsuitable',
  'name_invalid',
  'quantization_unsuitable',
];

/** `theo import SOURCE`: a model in another form becomes an installed one. */
export function registerImport(program: Command): void {
  const command = program
    .command('import')
    .argument(
      '<source>',
      "folder of a faster-whisper model, Hugging Face checkpoint or LoRA adapter, or OpenAI's .pt file",
    )
    .description('make a model of this runtime from a model in another form')
    .option('--base <source>', 'the model that a LoRA adapter is merged into')
    .option('--name <name>', "the model's name (default: the folder's or file's)")
    .addOption(
      valueFlag(
        '--quantize',
        choice(matrixTypes),
        'how the weights are stored (default: f16, of 8-bit sources q8_0)',
      ),
    )
    .option('--force', 'replace a model of that name')
    .option('--json', 'tell what was made as JSON');
  const settingsOf = addSettings(command, ['modelsDir']);
  command.action(async (source: string, flags: ImportFlags & Record<string, unknown>) => {
    const { modelsDir } = settingsOf(flags);
    const model = await runImport(source, modelsDir, flags);
    console.log(flags.json ? JSON.stringify(asJson(model), null, 2) : summary(model, flags));
  });
}

async function runImport(source: string, modelsDir: string, flags: ImportFlags): Promise<ImportedModel> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  const progress = new ProgressBar();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await importModel({
      source,
      base: flags.base,
      modelsDir,
      addon: loadNative(),
      name: flags.name,
      quantization: flags.quantize,
      force: flags.force,
      signal: interruption.signal,
      onProgress: ({ phase, doneBytes, totalBytes }) =>
        progress.update(`${phase} ${basename(source)}`, doneBytes / totalBytes),
    });
  } catch (error) {
    if (error instanceof ModelImportError && usageErrors.includes(error.code)) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  } finally {
    progress.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function summary(
  { name, folder, weightsBytes, quantization, languages }: ImportedModel,
  flags: ImportFlags,
): string {
  const spoken = languages.length === 1 ? languages[0] : `${languages.length} languages`;
  const where = flags.modelsDir === undefined ? '' : ` --models-dir ${flags.modelsDir}`;
  return (
    `${name}: ${spoken}, ${quantization}, ${megabytes(weightsBytes)}, in ${folder}\n` +
    `next: theo transcribe --model ${name}${where} FILE.wav\n` +
    `  or: theo serve --model ${name}${where}`
  );
}

function asJson(model: ImportedModel): object {
  return {
    name: model.name,
    folder: model.folder,
    weights: { path: model.weightsPath, bytes: model.weightsBytes, sha256: model.weightsSha256 },
    quantization: model.quantization,
    languages: model.languages,
    sources: model.sources,
  };
}
