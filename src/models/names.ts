/** True for letters, digits, '-', '_' and '.', at most 128 of them, the first a letter or digit: never a path. */
export function isModelName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name);
}

/** What a model may be asked for by: its name or an alias, with the publisher before it or the variant behind it. */
export const modelReference: RegExp =
  /^(?:[A-Za-z0-9][\w.-]{0,63}\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?::[A-Za-z0-9_]{1,16})?$/;

/** The name that an alias stands for: `faster-whisper-X` is `whisper-X`; any other name stands for itself. */
export function canonicalModelName(name: string): string {
  return name.replace(/^faster-whisper-/, 'whisper-');
}

/** Those whose names of their models begin with theirs, as in `openai/whisper-small`. */
const publisher = /^(?:openai|systran|distil-whisper|futo-org)\//i;

/** What OpenAI's own program calls its newest models. */
const newest: Readonly<Record<string, string>> = {
  large: 'large-v3',
  turbo: 'large-v3-turbo',
  'large-turbo': 'large-v3-turbo',
};

/**
 * Equal for all names of one model, and different for different models: `small` for `whisper-small`,
 * `faster-whisper-small` and `openai/whisper-small`. A variant is a model of its own: `small-q5_1` for
 * `whisper-small:q5_1` and `whisper-small-q5_1`.
 */
export function modelKey(name: string): string {
  return name
    .replace(publisher, '')
    .replace(':', '-')
    .replace(/^(?:faster-)?whisper-/, '')
    .replace(/^(?:faster-)?(distil|acft)-whisper-/, '$1-');
}

/**
 * All names of one model, in the order in which they are looked up: as it was given, then `whisper-X`, `X` and
 * `faster-whisper-X`; where X is a word for the newest of a kind, those of that one behind them.
 */
export function sameModelNames(name: string): readonly string[] {
  const { base, variant } = splitVariant(name);
  const short = modelKey(base);
  const editions = Object.hasOwn(newest, short) ? [short, newest[short] ?? short] : [short];
  const names = editions.flatMap((edition) => [`whisper-${edition}`, edition, `faster-whisper-${edition}`]);
  return [name, ...names.map((each) => (variant === undefined ? each : `${each}-${variant}`))];
}

/** `whisper-small:q5_1` in two; undefined for a name without a variant. */
export function splitVariant(name: string): { readonly base: string; readonly variant: string | undefined } {
  const colon = name.indexOf(':');
  if (colon < 0) return { base: name, variant: undefined };
  return { base: name.slice(0, colon), variant: name.slice(colon + 1).toLowerCase() };
}
