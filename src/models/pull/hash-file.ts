import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { interrupted } from './errors.ts';

const chunkBytes = 2 ** 20;

/**
 * A file's SHA-256, hexadecimal.
 * @param onChunk - gets every piece of the file in turn; the next one waits for it.
 * @throws PullError `interrupted`, or Error of the disk
 */
export async function hashFile(
  path: string,
  signal: AbortSignal,
  onChunk: (chunk: Buffer) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    if (signal.aborted) throw interrupted();
    hash.update(chunk);
    await onChunk(chunk);
  }
  return hash.digest('hex');
}
