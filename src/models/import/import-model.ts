import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { NativeAddon, NativeWeightType } from '../../native.ts';
import { hashFile } from '../hash-file.ts';
import { manifestFileName } from '../manifest.ts';
import { isModelName } from '../names.ts';
import { requireFree, StagingFolder, writing } from '../staging-folder.ts';
import { isMultilingual } from '../whisper/dimensions.ts';
import { manifestYaml } from '../whisper/manifest-yaml.ts';
import { matrixTypes, weightTypes } from '../whisper/weight-types.ts';
import { describeImport, type SourceDigest } from './describe-import.ts';
import { ModelImportError } from './errors.ts';
import { importedModelName } from './model-name.ts';
import { openSourceModel } from './open-source.ts';
import { reading } from './source-bytes.ts';
import type { SourceModel } from './source-model.ts';
import type { SourceFile } from './stored-tensors.ts';
import { weightsFileBytes, writeWeightsFile } from './weights-file.ts';

export interface ImportProgress {
  /** 'reading' takes the source's SHA-256; 'writing' converts it. */
  readonly phase: 'reading' | 'writing';
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface ImportOptions {
  /** A folder of faster-whisper's or Hugging Face's, a file of weights in one, OpenAI's `.pt`, or a LoRA adapter's folder. */
  readonly source: string;
  /** The same of the model that an adapter is merged into. */
  readonly base?: string | undefined;
  /** Where models are installed; made if it is not there. */
  readonly modelsDir: string;
  readonly addon: Pick<NativeAddon, 'quantize'>;
  /** Default: the source's folder's name. */
  readonly name?: string | undefined;
  /** Default: f16, or q8_0 where the source holds 8-bit integers. */
  readonly quantization?: NativeWeightType | undefined;
  /** Replaces a model of that name. */
  readonly force?: boolean | undefined;
  /** Default: what the model is and where it came from. */
  readonly description?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

export interface ImportedModel {
  readonly name: string;
  readonly folder: string;
  readonly weightsPath: string;
  readonly weightsBytes: number;
  readonly weightsSha256: string;
  readonly quantization: NativeWeightType;
  readonly languages: readonly string[];
  /** All files that the weights come from. */
  readonly sources: readonly SourceDigest[];
}

/**
 * Makes a model of this runtime from a Whisper model in another form: the weights as a ggml file of whisper.cpp's,
 * beside a `theo.yaml`. It appears in `modelsDir` whole or not at all. The same source gives the same
 * files, byte for byte.
 * @throws ModelImportError of the source and of what is asked for, ModelError `target_exists`, `target_unwritable` or
 * `no_space`
 */
export async function importModel(options: ImportOptions): Promise<ImportedModel> {
  const base = options.base === undefined ? undefined : resolve(options.base);
  const source = await openSourceModel(resolve(options.source), base);
  try {
    const name = options.name ?? source.name ?? importedModelName(source.folder);
    const target = join(resolve(options.modelsDir), requireName(name));
    const type = options.quantization ?? (source.isQuantized ? 'q8_0' : 'f16');
    requireSuitable(source, type);
    const force = options.force ?? false;
    await requireFree(target, force);
    return await install(source, { ...options, name, type, target, force });
  } finally {
    await source.close();
  }
}

interface Installation extends ImportOptions {
  readonly name: string;
  readonly type: NativeWeightType;
  readonly target: string;
  readonly force: boolean;
}

async function install(source: SourceModel, options: Installation): Promise<ImportedModel> {
  const { name, type, target, force } = options;
  const weightsFile = `${name}-${type}.bin`;
  const { weights, tokens, config } = source;
  const weightsBytes = weightsFileBytes(weights, tokens, type);
  const staging = await StagingFolder.create(resolve(options.modelsDir));
  try {
    await staging.requireSpace(weightsBytes);
    const sources = await hashSources(source.files, options);
    const weightsSha256 = await writeWeightsFile(join(staging.path, weightsFile), source, {
      type,
      addon: options.addon,
      onBytes: (doneBytes) => advance(options, { phase: 'writing', doneBytes, totalBytes: weightsBytes }),
    });
    const description = options.description ?? describeImport(source, type, sources);
    const { dimensions } = weights;
    const yaml = manifestYaml({
      name,
      description,
      weightsFile,
      weightsBytes,
      dimensions,
      translates: isMultilingual(dimensions),
      ...config,
    });
    await writing(staging.path, () => writeText(join(staging.path, manifestFileName), yaml));
    await staging.install(target, force);
    return {
      name,
      folder: target,
      weightsPath: join(target, weightsFile),
      weightsBytes,
      weightsSha256,
      quantization: type,
      languages: config.languages,
      sources,
    };
  } finally {
    await staging.discard();
  }
}

/** @throws ModelImportError `name_invalid` */
function requireName(name: string): string {
  // The weights' file bears the name as well, with the type of the weights and an ending.
  if (isModelName(`${name}-q8_0.bin`)) return name;
  throw new ModelImportError(
    'name_invalid',
    `${JSON.stringify(name)} cannot be a model's name: letters, digits, '-', '_' and '.', at most 119, ` +
      'the first a letter or digit; give another with --name',
  );
}

/** @throws ModelImportError `quantization_unsuitable` */
function requireSuitable({ weights: { dimensions }, folder }: SourceModel, type: NativeWeightType): void {
  const fits = (candidate: NativeWeightType): boolean =>
    dimensions.state % weightTypes[candidate].blockWeights === 0;
  if (fits(type)) return;
  throw new ModelImportError(
    'quantization_unsuitable',
    `${folder}: rows of ${dimensions.state} weights do not fill ${type}'s blocks of ${weightTypes[type].blockWeights}: use ${matrixTypes.filter(fits).join(' or ')}`,
  );
}

async function hashSources(
  files: readonly SourceFile[],
  options: ImportOptions,
): Promise<readonly SourceDigest[]> {
  const totalBytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const sources: SourceDigest[] = [];
  let doneBytes = 0;
  for (const { path, byteLength } of files) {
    const sha256 = await reading(path, () =>
      hashFile(path, ({ length }) => {
        doneBytes += length;
        advance(options, { phase: 'reading', doneBytes, totalBytes });
      }),
    );
    sources.push({ path, bytes: byteLength, sha256 });
  }
  return sources;
}

/** @throws ModelImportError `interrupted` */
function advance({ signal, onProgress, source }: ImportOptions, progress: ImportProgress): void {
  if (signal?.aborted) throw new ModelImportError('interrupted', `the import of ${source} was interrupted`);
  onProgress?.(progress);
}

async function writeText(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx');
  await file.writeFile(text);
  await file.sync();
}
