import { dirname } from 'node:path';
import { TheoError } from '../../errors.ts';
import { requireSpace } from '../staging-folder.ts';
import { addressText } from './addresses.ts';
import { contentLength, contentRange, type FinalAnswer, validatorOf } from './answers.ts';
import type { DownloadOptions } from './download-options.ts';
import { PullError } from './errors.ts';
import type { PartialFile, PartialRecord } from './partial-file.ts';
import { askFollowing } from './redirects.ts';
import { networkSetback, refusalOf, Setback } from './setbacks.ts';
import { StallTimer } from './stall-timer.ts';

/** One attempt to bring the rest of a file. */
export interface Attempt extends DownloadOptions {
  /** The hub's, for the hub alone. */
  readonly token: string | null;
}

/** What a server may send that says no length; who sends more has no end. */
const maxUnannouncedBytes = 2 ** 36;
/** Enough to tell what a file is. */
const startBytes = 64;

/**
 * Asks for what is missing of a file and appends it: with `Range` where a part is stored, bound to the same file by
 * `If-Range` unless the SHA-256 is known beforehand, which tells in the end.
 * @throws Setback where another attempt may help; PullError; ModelError of the disk
 */
export async function fetchRest(attempt: Attempt): Promise<void> {
  const { partial, bytes, settings, address } = attempt;
  if (bytes !== null && partial.bytes === bytes) return;
  if (settings.offline) {
    throw new PullError(
      'offline',
      `${addressText(address)}: not fetched, for --offline or HF_HUB_OFFLINE is set; "theo pull FILE" takes a file that ` +
        'is on this machine',
    );
  }
  const stall = new StallTimer(attempt.clock);
  const signal = AbortSignal.any([attempt.signal, stall.signal]);
  let waitedMs = settings.answerTimeoutMs;
  try {
    stall.start(waitedMs);
    const answer = await askFollowing(attempt.client, address, {
      headers: rangeHeaders(attempt),
      hub: settings.hub,
      token: attempt.token,
      signal,
    });
    stall.stop();
    try {
      const totalBytes = await acceptAnswer(answer, attempt);
      waitedMs = settings.stallTimeoutMs;
      if (totalBytes !== partial.bytes) await appendBody(answer, totalBytes, attempt, stall);
    } catch (error) {
      throw error instanceof TheoError ? error : networkSetback(error, answer.url);
    } finally {
      answer.body.destroy();
    }
  } catch (error) {
    if (!stall.signal.aborted) throw error;
    throw new Setback(`${address.host}: no byte for ${waitedMs / 1_000} s`, { cause: error });
  } finally {
    stall.stop();
  }
}

function rangeHeaders({ partial, sha256 }: Attempt): Readonly<Record<string, string>> {
  if (partial.bytes === 0) return {};
  const range = { range: `bytes=${partial.bytes}-` };
  const { record } = partial;
  const isBoundByHash = (sha256 ?? record?.sha256 ?? null) !== null;
  return isBoundByHash || record?.validator == null ? range : { ...range, 'if-range': record.validator };
}

/**
 * Makes the stored part one that the answer's body continues.
 * @returns bytes of the whole file; null: not known
 */
async function acceptAnswer(answer: FinalAnswer, attempt: Attempt): Promise<number | null> {
  const { partial, address, settings, token } = attempt;
  const range = contentRange(answer.headers);
  switch (answer.status) {
    case 200: {
      const totalBytes = requireWanted(answer, contentLength(answer.headers), attempt);
      if (partial.bytes > 0) await startAnew(attempt, `${answer.url.host} sends the whole file`);
      await partial.remember(recordOf(answer, totalBytes, attempt));
      await requireRoom(totalBytes, partial);
      return totalBytes;
    }
    case 206: {
      const totalBytes = requireWanted(answer, range?.totalBytes ?? null, attempt);
      const record = recordOf(answer, totalBytes, attempt);
      if (range?.firstByte !== partial.bytes) {
        return startAgain(attempt, `${answer.url.host} sends another part than was asked for`);
      }
      if (partial.bytes > 0 && isOtherFile(partial.record, record)) {
        return startAgain(attempt, `the file at ${answer.url.host} has changed`);
      }
      if (partial.bytes === 0) await partial.remember(record);
      await requireRoom(totalBytes, partial);
      return totalBytes;
    }
    case 416:
      if (partial.bytes > 0 && range?.totalBytes === partial.bytes) return partial.bytes;
      return startAgain(attempt, `the file at ${answer.url.host} is shorter than what is stored`);
    default: {
      const refusal = refusalOf(answer, settings.hub, token !== null);
      throw refusal instanceof PullError && answer.url.href !== address.href
        ? new PullError(refusal.code, `${refusal.message} (asked for ${addressText(address)})`)
        : refusal;
    }
  }
}

/**
 * The answer has to be about the file that is wanted.
 * @returns bytes of the whole file; null: not known
 * @throws PullError `size_mismatch` or `sha256_mismatch`
 */
function requireWanted(answer: FinalAnswer, announcedBytes: number | null, attempt: Attempt): number | null {
  const where = addressText(answer.url);
  const { linked } = answer;
  if (/^text\/html\b/i.test(answer.headers.get('content-type') ?? '')) {
    throw new PullError(
      'not_a_model',
      `${where}: a web page comes instead of a file: open it in a browser; it may be the log-in of a network, or the page of a model`,
    );
  }
  for (const bytes of [linked.bytes, announcedBytes]) {
    if (bytes !== null && attempt.bytes !== null && bytes !== attempt.bytes) {
      throw new PullError(
        'size_mismatch',
        `${where}: has ${bytes} bytes, expected ${attempt.bytes}: another file lies there now; nothing was installed`,
      );
    }
  }
  if (linked.sha256 !== null && attempt.sha256 !== null && linked.sha256 !== attempt.sha256) {
    throw new PullError(
      'sha256_mismatch',
      `${addressText(attempt.address)}: has SHA-256 ${linked.sha256}, expected ${attempt.sha256}: another file lies there now; ` +
        'nothing was installed',
    );
  }
  const packing = answer.headers.get('content-encoding') ?? 'identity';
  if (packing !== 'identity') {
    throw new PullError(
      'refused',
      `${where}: comes packed by ${packing.slice(0, 40)}, which was not asked for`,
    );
  }
  return attempt.bytes ?? linked.bytes ?? announcedBytes;
}

function recordOf(
  answer: FinalAnswer,
  totalBytes: number | null,
  { address, sha256 }: Attempt,
): PartialRecord {
  return {
    address: addressText(address),
    bytes: totalBytes,
    sha256: sha256 ?? answer.linked.sha256,
    validator: validatorOf(answer.headers),
  };
}

/** The SHA-256 decides where it is known: the places that the hub sends on to have validators of their own. */
function isOtherFile(before: PartialRecord | null, now: PartialRecord): boolean {
  if (before === null || (before.bytes !== null && now.bytes !== null && before.bytes !== now.bytes))
    return true;
  const key = before.sha256 !== null && now.sha256 !== null ? 'sha256' : 'validator';
  return before[key] !== now[key];
}

async function appendBody(
  { body, url }: FinalAnswer,
  totalBytes: number | null,
  attempt: Attempt,
  stall: StallTimer,
): Promise<void> {
  const { partial, settings, onEvent } = attempt;
  let isStartChecked = partial.bytes >= startBytes;
  stall.start(settings.stallTimeoutMs);
  for await (const chunk of body as AsyncIterable<Buffer>) {
    stall.stop();
    if (partial.bytes + chunk.length > (totalBytes ?? maxUnannouncedBytes)) {
      return startAgain(
        attempt,
        `${url.host} sends more than the ${totalBytes ?? maxUnannouncedBytes} bytes of the file`,
      );
    }
    await partial.append(chunk);
    if (!isStartChecked && partial.bytes >= startBytes) {
      await requireStart(attempt, url);
      isStartChecked = true;
    }
    onEvent({ kind: 'downloading', doneBytes: partial.bytes, totalBytes });
    stall.start(settings.stallTimeoutMs);
  }
  if (!isStartChecked) await requireStart(attempt, url);
  if (totalBytes !== null && partial.bytes < totalBytes) {
    throw new Setback(`${url.host}: the connection ended after ${partial.bytes} of ${totalBytes} bytes`);
  }
}

/** @throws PullError `not_a_model` */
async function requireStart({ partial, problemOfStart }: Attempt, url: URL): Promise<void> {
  const problem = problemOfStart(await partial.start(startBytes));
  if (problem === undefined) return;
  await partial.restart();
  throw new PullError('not_a_model', `${addressText(url)}: ${problem}`);
}

async function requireRoom(totalBytes: number | null, { path, bytes }: PartialFile): Promise<void> {
  if (totalBytes !== null) await requireSpace(dirname(path), totalBytes - bytes);
}

async function startAgain(attempt: Attempt, reason: string): Promise<never> {
  await startAnew(attempt, reason);
  throw new Setback(reason);
}

async function startAnew({ partial, onEvent }: Attempt, reason: string): Promise<void> {
  if (partial.bytes > 0) onEvent({ kind: 'restarting', reason });
  await partial.restart();
}
