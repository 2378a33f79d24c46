import { closeSync, openSync, readSync } from 'node:fs';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { fileProblem } from '../files.ts';
import { nearest } from '../nearest.ts';
import { ConfigError } from './errors.ts';
import { fileKeyOf, type OptionKey, optionKeys } from './options.ts';

/** The largest file that is read, in bytes. */
export const maxConfigFileBytes = 262_144;

/**
 * Reads a YAML file of settings; a key without a value counts as not there.
 * @returns the raw values by option.
 * @throws ConfigError `unreadable_file` or `unknown_key`.
 */
export function readConfigFile(path: string): ReadonlyMap<OptionKey, unknown> {
  const document = parseDocument(path);
  const keys = new Map(optionKeys.map((key) => [fileKeyOf(key), key]));
  const values = new Map<OptionKey, unknown>();
  for (const [name, value] of Object.entries(document)) {
    const key = keys.get(name);
    if (key === undefined) throw unknownKey(path, name, [...keys.keys()]);
    if (value !== null) values.set(key, value);
  }
  return values;
}

function unknownKey(path: string, name: string, known: readonly string[]): ConfigError {
  const suggestion = nearest(name, known);
  const hint = suggestion === undefined ? `keys are ${known.join(', ')}` : `did you mean "${suggestion}"?`;
  return new ConfigError('unknown_key', `${path}: unknown key ${JSON.stringify(name.slice(0, 64))}; ${hint}`);
}

function parseDocument(path: string): object {
  const document = parseText(path, readText(path));
  if (document === null) return {};
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new ConfigError('unreadable_file', `${path}: must be a mapping of keys to values`);
  }
  return document;
}

function parseText(path: string, text: string): unknown {
  try {
    return parseYaml(text, { logLevel: 'error' });
  } catch (error) {
    const [line] = error instanceof YAMLParseError ? error.message.split('\n') : ['not YAML'];
    throw new ConfigError('unreadable_file', `${path}: ${line}`, { cause: error });
  }
}

function readText(path: string): string {
  const buffer = Buffer.alloc(maxConfigFileBytes + 1);
  const length = readInto(buffer, path);
  if (length > maxConfigFileBytes) {
    throw new ConfigError('unreadable_file', `${path}: larger than ${maxConfigFileBytes} bytes`);
  }
  return buffer.toString('utf8', 0, length);
}

/** Reads until the end or until the buffer is full; a pipe gives what it has bit by bit. */
function readInto(buffer: Buffer, path: string): number {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    let length = 0;
    for (let bytesRead = -1; bytesRead !== 0 && length < buffer.length; length += bytesRead) {
      bytesRead = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    return length;
  } catch (error) {
    throw new ConfigError('unreadable_file', `${path}: cannot be read: ${fileProblem(error)}`, {
      cause: error,
    });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
