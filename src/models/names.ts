/** True for letters, digits, '-', '_' and '.', at most 128 of them, the first a letter or digit: never a path. */
export function isModelName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(name);
}

/** The name that an alias stands for: `faster-whisper-X` is `whisper-X`; any other name stands for itself. */
export function canonicalModelName(name: string): string {
  return name.replace(/^faster-whisper-/, 'whisper-');
}

/** Equal for all names of one model, and different for different models. */
export function modelKey(name: string): string {
  return name.replace(/^(?:faster-)?whisper-/, '');
}

/** All names of one model, in the order in which they are looked up: as it was given, then `whisper-X`, `X` and `faster-whisper-X`. */
export function sameModelNames(name: string): readonly string[] {
  const short = modelKey(name);
  return [name, `whisper-${short}`, short, `faster-whisper-${short}`];
}
