import type { HttpAnswer } from './http-client.ts';

/** What the hub says of a file. */
export interface LinkedFacts {
  /** Bytes of the whole file; null: not said. */
  readonly bytes: number | null;
  /** Hexadecimal; null: not said. */
  readonly sha256: string | null;
}

/** An answer that is no redirect. */
export interface FinalAnswer extends HttpAnswer {
  /** Who gave it. */
  readonly url: URL;
  /** What the first that said anything of the file said; the hub does so before it sends on. */
  readonly linked: LinkedFacts;
}

/** The part of a file that an answer carries. */
export interface ContentRange {
  /** null: none, the range that was asked for is not there. */
  readonly firstByte: number | null;
  /** null: not said. */
  readonly totalBytes: number | null;
}

type Headers = ReadonlyMap<string, string>;

/** A count of bytes; null for what is none. */
function byteCount(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return null;
  return Number(text);
}

/** `Content-Length` of a body that was not packed on its way. */
export function contentLength(headers: Headers): number | null {
  return byteCount(headers.get('content-length'));
}

/** `Content-Range: bytes 0-99/1000` or `bytes *\/1000`; null where there is none that can be read. */
export function contentRange(headers: Headers): ContentRange | null {
  const [, range = '', total] =
    /^bytes (\*|\d{1,15}-\d{1,15})\/(\*|\d{1,15})$/i.exec(headers.get('content-range') ?? '') ?? [];
  if (total === undefined) return null;
  return { firstByte: byteCount(range.split('-')[0]), totalBytes: byteCount(total) };
}

/** What a range request may be bound to by `If-Range`. */
export function validatorOf(headers: Headers): string | null {
  const etag = headers.get('etag');
  if (etag !== undefined && /^"[\x21\x23-\x7e]{1,200}"$/.test(etag)) return etag;
  const changed = headers.get('last-modified');
  return changed !== undefined && !Number.isNaN(Date.parse(changed)) ? changed.slice(0, 100) : null;
}

/**
 * The hub's word on a file, which stands in its own answer and not in that of the place it sends on to
 * (`X-Linked-Size`, `X-Linked-Etag`: the file's SHA-256).
 */
export function linkedFacts(headers: Headers): LinkedFacts {
  const [, sha256 = null] = /^"?([0-9a-f]{64})"?$/.exec(headers.get('x-linked-etag') ?? '') ?? [];
  return { bytes: byteCount(headers.get('x-linked-size')), sha256 };
}

/** How long a server asks to be left alone, ms: `Retry-After` in seconds or as a date. null: it does not. */
export function retryAfterMs(headers: Headers, nowEpochMs: number): number | null {
  const text = headers.get('retry-after');
  if (text === undefined) return null;
  const seconds = byteCount(text.trim());
  if (seconds !== null) return seconds * 1_000;
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? null : Math.max(0, moment - nowEpochMs);
}
