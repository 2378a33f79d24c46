import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readAudio } from '#theo/audio/audio-file.js';
import { sampleRateHz } from '#theo/native.js';

/** A recording of speech at 16 kHz, with what is said in it. */
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

const folder = join('test', 'fixtures', 'audio');
const evaluationClips = loadClips(folder);

/** The synthesized clips of one utterance each: 12 Portuguese, 12 English. */
export const clips: readonly Clip[] = evaluationClips.filter(({ file }) => !file.includes('long'));

/** The recordings of several utterances with pauses. */
export const longClips: readonly Clip[] = evaluationClips.filter(({ file }) => file.includes('long'));

/** A clip by its file name without extension. */
export function clip(name: string): Clip {
  const found = evaluationClips.find(({ file }) => file === `${name}.wav`);
  if (!found) throw new Error(`no clip ${name}`);
  return found;
}

/**
 * The WAV or FLAC files (16 kHz, mono, 16 bit) of a folder, which says in `manifest.json` (a list of `file`, `lang`, `text`) or
 * in `manifest.tsv` (columns `id`, `language`, `reference`; the file is ID.wav or ID.flac) what is said in them.
 */
export function loadClips(dir: string, language?: string): readonly Clip[] {
  const table = join(dir, 'manifest.tsv');
  const manifest = existsSync(table)
    ? readTable(dir, readFileSync(table, 'utf8'))
    : (JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as readonly ManifestEntry[]);
  return manifest
    .filter(({ lang }) => language === undefined || lang === language)
    .map(({ file, lang, text }) => ({ file, language: lang, text, samples: readSamples(join(dir, file)) }));
}

function readTable(dir: string, tsv: string): readonly ManifestEntry[] {
  const [header = [], ...rows] = tsv
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split('\t'));
  const cell = (row: readonly string[], column: string): string => row[header.indexOf(column)] ?? '';
  return rows.map((row) => ({
    file: ['wav', 'flac']
      .map((suffix) => `${cell(row, 'id')}.${suffix}`)
      .find((file, index) => index > 0 || existsSync(join(dir, file))) as string,
    lang: cell(row, 'language'),
    text: cell(row, 'reference'),
  }));
}

function readSamples(path: string): Int16Array {
  const bytes = readFileSync(path);
  const audio = readAudio(bytes);
  if (audio.sampleRateHz !== sampleRateHz || !(audio.samples instanceof Int16Array))
    throw new Error(`${path}: must be 16 kHz, mono, 16 bit`);
  return audio.samples;
}
