import type { FileHandle } from 'node:fs/promises';
import { fileProblem } from '../../files.ts';
import { ModelImportError } from './errors.ts';

/**
 * Exactly `length` bytes, in memory of their own.
 * @throws ModelImportError `weights_truncated` when the file ends before, `source_unreadable`.
 */
export async function readAt(
  file: FileHandle,
  path: string,
  position: number,
  length: number,
): Promise<Buffer<ArrayBuffer>> {
  const buffer = Buffer.from(new ArrayBuffer(length));
  for (let done = 0; done < length; ) {
    const { bytesRead } = await reading(path, () => file.read(buffer, done, length - done, position + done));
    if (bytesRead === 0)
      throw new ModelImportError('weights_truncated', `${path}: became shorter while read`);
    done += bytesRead;
  }
  return buffer;
}

/** Runs what reads `path`, with its failures told as ModelImportErrors: `source_unreadable` unless they are others. */
export async function reading<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof ModelImportError) throw error;
    throw new ModelImportError('source_unreadable', `${path}: cannot be read (${fileProblem(error)})`, {
      cause: error,
    });
  }
}
