import { homedir } from 'node:os';
import { Option } from 'commander';
import { readValue, type ValueKind } from '../config/values.ts';

/** A flag of one command, with a value of the same kinds as the settings. @param flag such as `--limit` */
export function valueFlag<T>(flag: string, kind: ValueKind<T>, help: string): Option {
  return new Option(`${flag} <${kind.placeholder}>`, help).argParser((text) => read(flag, kind, text));
}

/** One that may be repeated; its value is the list of them. */
export function repeatableFlag<T>(flag: string, kind: ValueKind<T>, help: string): Option {
  return new Option(`${flag} <${kind.placeholder}>`, `${help}; repeatable`)
    .default([], 'none')
    .argParser((text, before: readonly T[]) => [...before, read(flag, kind, text)]);
}

function read<T>(source: string, kind: ValueKind<T>, value: string): T {
  return readValue(kind, { value, source, context: { homeDir: homedir(), baseDir: process.cwd() } });
}
