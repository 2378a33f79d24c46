import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const chunkBytes = 2 ** 20;

/**
 * A file's SHA-256, hexadecimal.
 * @param onChunk - gets every piece of the file in turn; the next one waits for it, and what it throws ends the reading.
 * @throws Error of the disk
 */
export async function hashFile(
  path: string,
  onChunk: (chunk: Buffer) => void | Promise<void>,
): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    await onChunk(chunk);
  }
  return hash.digest('hex');
}
