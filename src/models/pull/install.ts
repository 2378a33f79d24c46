import { link, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { megabytes } from '../../byte-size.ts';
import { ModelError } from '../errors.ts';
import { ggmlProblem } from '../foreign-formats.ts';
import { hashFile } from '../hash-file.ts';
import { manifestFileName } from '../manifest.ts';
import { requireSpace, StagingFolder, writing } from '../staging-folder.ts';
import { readGgmlModel } from '../whisper/ggml-reader.ts';
import { download } from './download.ts';
import { interrupted, PullError } from './errors.ts';
import { HttpClient } from './http-client.ts';
import { PartialFile } from './partial-file.ts';
import { type Pull, type PulledModel, partialPath, pulledModel, sourceText } from './pull.ts';
import { writeSourceRecord } from './source-record.ts';

/** Fetches what is missing of a model's weights and installs it. @throws PullError, ModelError */
export async function fetchAndInstall(pull: Pull, address: URL): Promise<PulledModel> {
  const { plan, settings, clock, signal } = pull;
  const partial = await PartialFile.open(partialPath(pull));
  const client = new HttpClient(settings.proxies);
  try {
    const { bytes, sha256 } = await download({
      address,
      bytes: plan.bytes,
      sha256: plan.sha256,
      partial,
      problemOfStart: ggmlProblem,
      client,
      settings,
      clock,
      random: Math.random,
      signal,
      onEvent: pull.tell,
    });
    await partial.sync();
    const model = await install(pull, async (path) => {
      // A link leaves the part where it is until the model is installed; not every file system has them.
      await link(partial.path, path).catch(() => rename(partial.path, path));
      return { bytes, sha256 };
    });
    await partial.remove();
    return model;
  } catch (error) {
    // What is whole and no model is nothing to go on with.
    if (error instanceof PullError && error.code === 'not_a_model') await partial.remove();
    throw isDiskFull(error) ? withAdvice(error, partial) : error;
  } finally {
    await client.close();
    await partial.close();
  }
}

/** Installs a copy of a file. @throws PullError, ModelError */
export async function installFile(pull: Pull, path: string): Promise<PulledModel> {
  const { plan, modelsDir } = pull;
  await aboutSource(pull, path, () => readGgmlModel(path));
  await requireSpace(modelsDir, plan.bytes ?? 0);
  return install(pull, async (target) => {
    const copy = await copyFile(path, target, pull);
    if (plan.sha256 === null || plan.sha256 === copy.sha256) return copy;
    throw new PullError(
      'sha256_mismatch',
      `${path}: has SHA-256 ${copy.sha256}, expected ${plan.sha256}: nothing was installed`,
    );
  });
}

interface Weights {
  readonly bytes: number;
  readonly sha256: string;
}

/** @param place - puts the weights at a path. */
async function install(pull: Pull, place: (path: string) => Promise<Weights>): Promise<PulledModel> {
  const { plan, modelsDir, target, force } = pull;
  const staging = await StagingFolder.create(modelsDir);
  try {
    const path = join(staging.path, plan.weightsFile);
    const { bytes, sha256 } = await writing(path, () => place(path));
    const manifest = await aboutSource(pull, path, () => plan.manifest({ path, sha256 }));
    await writing(staging.path, async () => {
      await writeSourceRecord(staging.path, { address: sourceText(plan), bytes, sha256 });
      await using file = await open(join(staging.path, manifestFileName), 'wx');
      await file.writeFile(manifest);
      await file.sync();
    });
    await staging.install(target, force);
    const weightsPath = join(target, plan.weightsFile);
    return pulledModel(pull, { weightsPath, weightsBytes: bytes, sha256, isNew: true });
  } finally {
    await staging.discard();
  }
}

async function copyFile(source: string, target: string, { plan, signal, tell }: Pull): Promise<Weights> {
  await using copy = await open(target, 'wx');
  let bytes = 0;
  const sha256 = await hashFile(source, async (chunk) => {
    if (signal.aborted) throw interrupted();
    await copy.appendFile(chunk);
    bytes += chunk.length;
    tell({ kind: 'copying', doneBytes: bytes, totalBytes: Math.max(bytes, plan.bytes ?? 0) });
  });
  await copy.sync();
  return { bytes, sha256 };
}

/** Runs what reads the weights at `path`, with its failures told of where they come from. @throws PullError */
async function aboutSource<T>({ plan }: Pull, path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const code = error.code === 'weights_missing' ? 'source_unreadable' : 'not_a_model';
    throw new PullError(code, error.message.replaceAll(path, sourceText(plan)), { cause: error });
  }
}

function isDiskFull(error: unknown): error is ModelError {
  return error instanceof ModelError && error.code === 'no_space';
}

function withAdvice(error: ModelError, { bytes, path }: PartialFile): ModelError {
  if (bytes === 0) return error;
  const kept = `${megabytes(bytes)} have come and are kept for the next pull (${path})`;
  return new ModelError('no_space', `${error.message}; ${kept}: make room and pull again`, { cause: error });
}
