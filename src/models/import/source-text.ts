import type { z } from 'zod';
import { messageOf, systemCodeOf } from '../../errors.ts';
import { fileProblem, readStart } from '../../files.ts';
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
    const bytes = await readStart(path, maxBytes);
    if (bytes.length > maxBytes) throw new ModelImportError(code, `${path}: larger than ${maxBytes} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof ModelImportError) throw error;
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw new ModelImportError(code, `${path}: cannot be read (${fileProblem(error)})`, { cause: error });
  }
}

/** @throws ModelImportError `code`, for text that is not JSON. */
export function parseSourceJson(path: string, text: string, code: ModelImportErrorCode): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelImportError(code, `${path}: not JSON (${messageOf(error)})`, { cause: error });
  }
}

const maxConfigBytes = 2 ** 20;

/**
 * What a file of JSON beside the weights says; undefined where there is none.
 * @throws ModelImportError `config_invalid`
 */
export async function readConfigFile<S extends z.ZodType>(
  path: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  const text = await readSourceText(path, maxConfigBytes, 'config_invalid');
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(parseSourceJson(path, text, 'config_invalid'));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ModelImportError(
    'config_invalid',
    `${path}: ${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'invalid'}`,
  );
}
