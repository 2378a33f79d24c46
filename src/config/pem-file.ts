import { readFileSync } from 'node:fs';
import { fileProblem } from '../files.ts';
import { ConfigError } from './errors.ts';

/** Reads a certificate or key that a setting names. @throws ConfigError `unreadable_file` */
export function readPemFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError('unreadable_file', `${path}: cannot be read: ${fileProblem(error)}`, {
      cause: error,
    });
  }
}
