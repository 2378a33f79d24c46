import { megabytes } from '../../byte-size.ts';
import { addressText, isOnHub } from './addresses.ts';
import { backOffMs, pause } from './back-off.ts';
import type { DownloadOptions } from './download-options.ts';
import { interrupted, PullError } from './errors.ts';
import { fetchRest } from './fetch-rest.ts';
import { Setback } from './setbacks.ts';

export interface Downloaded {
  readonly bytes: number;
  readonly sha256: string;
}

/** So many in a row without bytes worth the name are the last. */
const maxFailures = 6;
/** What an attempt has to bring to count as progress. */
const worthwhileBytes = 2 ** 20;

/**
 * Fetches a file into `partial`, whole and checked. It goes on where an earlier download ended, as long as what is stored
 * belongs to the file that is there now, and tries again when the network or the server fails for a while.
 * @throws PullError, or ModelError `no_space` or `target_unwritable`
 */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const { address, settings } = options;
  await takeUpStored(options);
  const token = isOnHub(address, settings.hub) ? await settings.readToken() : null;
  for (let failures = 0; ; ) {
    const bytesBefore = options.partial.bytes;
    try {
      await fetchRest({ ...options, token });
      return await checked(options);
    } catch (error) {
      const setback = setbackOf(error, options);
      const isProgress = options.partial.bytes - bytesBefore >= worthwhileBytes;
      failures = isProgress ? 1 : failures + 1;
      if (failures === maxFailures) throw givenUp(setback, options);
      const delayMs = Math.max(backOffMs(failures, options.random()), setback.waitMs ?? 0);
      options.onEvent({ kind: 'retrying', reason: setback.message, delayMs, failures });
      await pause(options.clock, delayMs, options.signal);
    }
  }
}

/** What is stored counts if it is a part of what is wanted and can be told from a part of anything else. */
async function takeUpStored(options: DownloadOptions): Promise<void> {
  const { partial, address, bytes, sha256, signal, onEvent } = options;
  const storedBytes = await partial.storedBytes();
  if (storedBytes === 0) return;
  const { record } = partial;
  const isKnown =
    sha256 === null
      ? record?.address === addressText(address) && (record.sha256 ?? record.validator) !== null
      : record?.sha256 === sha256;
  const totalBytes = bytes ?? record?.bytes ?? storedBytes;
  if (!isKnown || storedBytes > totalBytes) {
    onEvent({ kind: 'restarting', reason: 'what is stored is a part of something else' });
    await partial.restart();
    return;
  }
  await partial.resume(signal, (doneBytes) =>
    onEvent({ kind: 'verifying', doneBytes, totalBytes: storedBytes }),
  );
}

/** @throws Setback if another attempt may bring what is wanted, PullError `sha256_mismatch` */
async function checked({ partial, address, sha256, onEvent }: DownloadOptions): Promise<Downloaded> {
  const expected = sha256 ?? partial.record?.sha256 ?? null;
  const downloaded = { bytes: partial.bytes, sha256: partial.sha256() };
  if ((await partial.storedBytes()) !== partial.bytes) {
    await partial.restart();
    throw new Setback('another process has written into the same file');
  }
  if (expected === null || expected === downloaded.sha256) return downloaded;
  const isOldPartSuspect = partial.resumedBytes > 0;
  await partial.restart();
  if (isOldPartSuspect) {
    const reason = 'the stored part and what came now do not make the file that was announced';
    onEvent({ kind: 'restarting', reason });
    throw new Setback(reason);
  }
  throw new PullError(
    'sha256_mismatch',
    `${addressText(address)}: came with SHA-256 ${downloaded.sha256}, expected ${expected}: it was changed there or on ` +
      'its way, and nothing was installed',
  );
}

/** @throws the error itself where it is final */
function setbackOf(error: unknown, { signal }: DownloadOptions): Setback {
  if (signal.aborted) throw interrupted();
  if (error instanceof Setback) return error;
  throw error;
}

function givenUp(setback: Setback, { partial }: DownloadOptions): PullError {
  const kept =
    partial.bytes > 0
      ? `What has come (${megabytes(partial.bytes)}) is kept: the next pull goes on from there. `
      : '';
  return new PullError(
    'unreachable',
    `${setback.message}; given up after ${maxFailures} attempts. ${kept}Other ways: a mirror (HF_ENDPOINT, ` +
      'THEO_MODEL_MIRROR), a proxy (HTTPS_PROXY), or a file that was fetched elsewhere (theo pull FILE)',
    { recoverable: true, cause: setback },
  );
}
