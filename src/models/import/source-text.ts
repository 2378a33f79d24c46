import { open } from 'node:fs/promises';
import { ModelImportError, type ModelImportErrorCode } from './errors.ts';

/**
 * The text of a small file beside the weights; undefined where there is none.
 * @param code - of the error for a file that cannot be read or has more than `maxBytes`.
 * @throws ModelImportError
 */
export async function readSourceText(
  path: string,
  maxBytes: number,
  code: ModelImportErrorCode,
): Promise<string | undefined> {
  try {
    await using file = await open(path);
    const buffer = Buffer.alloc(Math.min((await file.stat()).size, maxBytes) + 1);
    let length = 0;
    for (let bytesRead = -1; bytesRead !== 0 && length < buffer.length; length += bytesRead) {
      ({ bytesRead } = await file.read(buffer, length, buffer.length - length, length));
    }
    if (length > maxBytes) throw new ModelImportError(code, `${path}: larger than ${maxBytes} bytes`);
    return buffer.toString('utf8', 0, length);
  } catch (error) {
    if (error instanceof ModelImportError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelImportError(code, `${path}: cannot be read (${reason})`, { cause: error });
  }
}

/** @throws ModelImportError `code`, for text that is not JSON. */
export function parseSourceJson(path: string, text: string, code: ModelImportErrorCode): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelImportError(code, `${path}: not JSON (${reason})`, { cause: error });
  }
}
