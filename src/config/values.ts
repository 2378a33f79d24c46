import { isAbsolute, join, resolve } from 'node:path';
import { readLanguage } from '../protocol/language.ts';
import { ConfigError } from './errors.ts';

/** What relative paths in a setting are relative to. */
export interface PathContext {
  readonly homeDir: string;
  readonly baseDir: string;
}

/** A kind of setting: reads the text of a flag or variable, and the typed value of a file, alike. */
export interface ValueKind<T> {
  /** Stands for the value in usage lines. */
  readonly placeholder: string;
  /** Completes "must be ...". */
  readonly allowed: string;
  /** True where a flag may be repeated. */
  readonly isList: boolean;
  /** @returns undefined where `raw` is not allowed. */
  parse(raw: unknown, context: PathContext): T | undefined;
}

/** What was given, and where; for messages. */
export interface GivenValue {
  readonly value: unknown;
  /** The flag, the variable, or the file and key. */
  readonly source: string;
  readonly context: PathContext;
  /** Then the value is in no message. */
  readonly isSecret?: boolean;
}

/** @throws ConfigError `invalid_value`, naming the source and what is allowed. */
export function readValue<T>(kind: ValueKind<T>, { value: raw, source, context, isSecret }: GivenValue): T {
  const value = kind.parse(raw, context);
  if (value !== undefined) return value;
  const shown = isSecret === true ? '' : `, not ${show(raw)}`;
  throw new ConfigError('invalid_value', `${source}: must be ${kind.allowed}${shown}`);
}

export function integer(min: number, max: number, placeholder = 'n'): ValueKind<number> {
  return {
    placeholder,
    allowed: `an integer from ${min} to ${max}`,
    isList: false,
    parse: (raw) => {
      const value = typeof raw === 'string' && /^-?\d{1,15}$/.test(raw.trim()) ? Number(raw) : raw;
      return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
        ? value
        : undefined;
    },
  };
}

export function decimal(min: number, max: number, placeholder = 'x'): ValueKind<number> {
  return {
    placeholder,
    allowed: `a number from ${min} to ${max}`,
    isList: false,
    parse: (raw) => {
      const value = typeof raw === 'string' && /^-?\d{1,9}(\.\d{1,9})?$/.test(raw.trim()) ? Number(raw) : raw;
      return typeof value === 'number' && value >= min && value <= max ? value : undefined;
    },
  };
}

/** One of a few words, in letters of either case. @param synonyms what some of them are called elsewhere. */
export function choice<const T extends readonly string[]>(
  values: T,
  synonyms: Readonly<Record<string, T[number]>> = {},
): ValueKind<T[number]> {
  return {
    placeholder: values.join('|'),
    allowed: values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`,
    isList: false,
    parse: (raw) => {
      if (typeof raw !== 'string') return undefined;
      const text = raw.toLowerCase();
      const word = Object.hasOwn(synonyms, text) ? synonyms[text] : text;
      return values.find((value) => value === word);
    },
  };
}

/** HOST:PORT, an IPv6 address in brackets. */
export function hostAndPort(): ValueKind<string> {
  const kind = word('host:port', 'HOST:PORT', /^(?:\[[0-9A-Fa-f:.]+\]|[^\s/:,]+):\d{1,5}$/);
  const hasPort = (address: string): boolean => Number(address.slice(address.lastIndexOf(':') + 1)) <= 65_535;
  return {
    ...kind,
    parse: (raw, context) => {
      const address = kind.parse(raw, context);
      return address !== undefined && hasPort(address) ? address : undefined;
    },
  };
}

/** A string without white space around or in it. */
export function word(placeholder: string, allowed: string, pattern: RegExp = /^\S+$/): ValueKind<string> {
  return {
    placeholder,
    allowed,
    isList: false,
    parse: (raw) => (typeof raw === 'string' && pattern.test(raw) ? raw : undefined),
  };
}

/** A language code, with or without a region, in lower case and without it; or "auto". */
export function language(): ValueKind<string> {
  return {
    placeholder: 'xx',
    allowed: 'a language code (ISO 639-1) such as en or pt-BR, or auto',
    isList: false,
    parse: (raw) => {
      const code = typeof raw === 'string' ? readLanguage(raw) : undefined;
      return code === null ? 'auto' : code;
    },
  };
}

/** Whatever one of two kinds takes. */
export function either<A, B>(first: ValueKind<A>, second: ValueKind<B>): ValueKind<A | B> {
  return {
    placeholder: `${first.placeholder}|${second.placeholder}`,
    allowed: `${first.allowed}, or ${second.allowed}`,
    isList: false,
    parse: (raw, context) => first.parse(raw, context) ?? second.parse(raw, context),
  };
}

/** `kind`, or null where nothing is set. */
export function optional<T>(kind: ValueKind<T>): ValueKind<T | null> {
  return { ...kind, parse: (raw, context) => (raw === null ? null : kind.parse(raw, context)) };
}

/** A path, made absolute; a leading `~` is the home folder. */
export function path(placeholder: string): ValueKind<string> {
  return {
    placeholder,
    allowed: 'a path',
    isList: false,
    parse: (raw, { homeDir, baseDir }) => {
      if (typeof raw !== 'string' || raw === '' || raw.includes('\0')) return undefined;
      if (raw === '~' || raw.startsWith('~/')) return join(homeDir, raw.slice(1));
      return isAbsolute(raw) ? raw : resolve(baseDir, raw);
    },
  };
}

/** Any number of values: a repeated flag, a list in the file, or one text with commas between. */
export function list<T>(item: ValueKind<T>): ValueKind<readonly T[]> {
  return {
    placeholder: item.placeholder,
    allowed: `a list, each ${item.allowed}`,
    isList: true,
    parse: (raw, context) => {
      const items: unknown = typeof raw === 'string' ? [raw] : raw;
      if (!Array.isArray(items)) return undefined;
      const parts = splitCommas(items);
      // A lone comma or an empty flag is a slip; taken for "none" it would switch off, say, the API keys.
      if (parts.length === 0 && items.length > 0) return undefined;
      const values = parts.map((part) => item.parse(part, context));
      return values.every((value) => value !== undefined) ? values : undefined;
    },
  };
}

function splitCommas(items: readonly unknown[]): readonly unknown[] {
  return items.flatMap((value) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : [value],
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
