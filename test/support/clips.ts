import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join('test', 'fixtures', 'audio');
const wavHeaderBytes = 44;

/** An evaluation clip: synthesized speech at 16 kHz, with what is said in it. */
export interface Clip {
  readonly file: string;
  readonly language: string;
  readonly text: string;
  readonly samples: Int16Array;
}

interface ManifestEntry {
  readonly file: string;
  readonly lang: string;
  readonly text: string;
}

const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as readonly ManifestEntry[];

/** The clips of one utterance each: 12 Portuguese, 12 English. */
export const clips: readonly Clip[] = manifest.filter(({ file }) => !file.includes('long')).map(load);

/** The recordings of several utterances with pauses. */
export const longClips: readonly Clip[] = manifest.filter(({ file }) => file.includes('long')).map(load);

/** A clip by its file name without extension. */
export function clip(name: string): Clip {
  const found = [...clips, ...longClips].find(({ file }) => file === `${name}.wav`);
  if (!found) throw new Error(`no clip ${name}`);
  return found;
}

function load({ file, lang, text }: ManifestEntry): Clip {
  const bytes = readFileSync(join(folder, file)).subarray(wavHeaderBytes);
  return {
    file,
    language: lang,
    text,
    samples: new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
  };
}
