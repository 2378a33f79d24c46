import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { messageOf, systemCodeOf } from './errors.ts';

/**
 * Opens a file for reading. What stands in its place is refused: a pipe would be waited for, a device never ends.
 * @throws Error; `fileProblem` says it in words
 */
export async function openFile(path: string): Promise<FileHandle> {
  // Without it, opening a pipe waits for somebody who writes.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error(otherKind(stats));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Up to `maxBytes` from the start of a file, and one more where it has more. @throws as `openFile` */
export async function readStart(path: string, maxBytes: number): Promise<Buffer> {
  await using file = await openFile(path);
  const buffer = Buffer.alloc(Math.min((await file.stat()).size, maxBytes) + 1);
  let length = 0;
  for (let bytesRead = -1; bytesRead !== 0 && length < buffer.length; length += bytesRead) {
    ({ bytesRead } = await file.read(buffer, length, buffer.length - length, length));
  }
  return buffer.subarray(0, length);
}

/** Why a file cannot be read or written, in a few words. */
export function fileProblem(error: unknown): string {
  const code = systemCodeOf(error);
  return (code === undefined ? undefined : reasons[code]) ?? messageOf(error);
}

/** What stands where a file should. */
export function otherKind(stats: Stats): string {
  if (stats.isDirectory()) return 'it is a folder, not a file';
  if (stats.isFIFO()) return 'it is a pipe, not a file';
  return stats.isSocket() ? 'it is a socket, not a file' : 'it is a device, not a file';
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  EISDIR: 'it is a folder, not a file',
  ENXIO: 'it is a socket, not a file',
  ELOOP: 'its links go in a circle',
  ENAMETOOLONG: 'its name is too long',
};
