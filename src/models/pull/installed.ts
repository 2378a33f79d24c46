import { ModelError } from '../errors.ts';
import { hashFile } from '../hash-file.ts';
import { type InstalledModel, readModel } from '../model-folder.ts';
import { interrupted } from './errors.ts';
import { type Pull, type PulledModel, pulledModel, sourceText } from './pull.ts';
import { readSourceRecord } from './source-record.ts';

/**
 * The installed model, where its weights are those that are wanted, byte for byte: they are read for it. Of an address
 * without a SHA-256 they are those that came from it. undefined where it is not so, or cannot be told.
 */
export async function findInstalled(pull: Pull): Promise<PulledModel | undefined> {
  const { plan } = pull;
  const installed = await installedModel(pull);
  if (!installed || (plan.bytes !== null && installed.weightsBytes !== plan.bytes)) return undefined;
  const wanted = await wantedSha256(pull);
  if (wanted === undefined) return undefined;
  const { weightsPath, weightsBytes } = installed;
  const sha256 = await verifiedSha256(weightsPath, weightsBytes, pull);
  if (sha256 !== wanted) return undefined;
  return pulledModel(pull, { weightsPath, weightsBytes, sha256, isNew: false });
}

/** undefined where there is none that works. */
async function installedModel({ target, plan }: Pull): Promise<InstalledModel | undefined> {
  try {
    return await readModel(target, plan.name, 'installed');
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

async function wantedSha256(pull: Pull): Promise<string | undefined> {
  const { target, plan } = pull;
  if (plan.sha256 !== null) return plan.sha256;
  if (plan.source.kind === 'file') return verifiedSha256(plan.source.path, plan.bytes ?? 0, pull);
  const record = await readSourceRecord(target);
  return record?.address === sourceText(plan) ? record.sha256 : undefined;
}

async function verifiedSha256(path: string, totalBytes: number, { signal, tell }: Pull): Promise<string> {
  let doneBytes = 0;
  return hashFile(path, ({ length }) => {
    if (signal.aborted) throw interrupted();
    doneBytes += length;
    tell({ kind: 'verifying', doneBytes, totalBytes });
  });
}
