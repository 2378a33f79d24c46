import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A WAV file to hear. */
export interface Recording {
  readonly name: string;
  readonly path: string;
  /** ISO 639-1, or "auto". */
  readonly language: string;
  /** What is said in it; null: not known. */
  readonly said: string | null;
}

/** One that comes with the package. */
export interface BundledRecording extends Recording {
  readonly said: string;
}

/** Words that a bundled recording may come back wrong with: the arithmetic of CPUs differs in the last digits. */
export const allowedErrors = 1;

/** People's voices that come with the package: `assets/demo/README.md` says whose. */
export const bundledRecordings: readonly [english: BundledRecording, portuguese: BundledRecording] = [
  bundled(
    'jfk.wav',
    'en',
    'And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country.',
  ),
  bundled('edresson.wav', 'pt', 'Hoje é fundamental encontrar a razão da existência humana'),
];

/** A recording of the user's own. */
export function ownRecording(path: string): Recording {
  return { name: basename(path), path, language: 'auto', said: null };
}

function bundled(name: string, language: string, said: string): BundledRecording {
  const path = fileURLToPath(new URL(`../../assets/demo/${name}`, import.meta.url));
  return { name, path, language, said };
}
