import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join, parse, resolve } from 'node:path';
import { messageOf, systemCodeOf } from '../errors.ts';
import { fileProblem, readStart } from '../files.ts';
import { EvalInputError } from './errors.ts';
import { parseManifest } from './manifest.ts';

/** A recording and what is said in it. */
export interface Clip {
  readonly id: string;
  /** ISO 639-1; null where nobody said. */
  readonly language: string | null;
  readonly reference: string;
  /** Path of the recording. */
  readonly path: string;
  /** What else the manifest says of it, by column. */
  readonly fields: Readonly<Record<string, string>>;
}

export const manifestName = 'manifest.tsv';
/** Longest text file that is read: a manifest of a hundred thousand clips. */
const maxTextBytes = 64 * 2 ** 20;
const audioExtensions = ['.flac', '.wav'];
/** Recordings that are not read here. */
const otherAudio = /\.(?:mp3|m4a|mp4|aac|ogg|oga|opus|webm|wma|aiff?|amr|3gp)$/i;

/**
 * The clips of a folder: those of its `manifest.tsv`, else every X.wav or X.flac that has an X.txt beside it.
 * @throws EvalInputError naming the file, the line and what to do
 */
export async function readClipFolder(folder: string): Promise<readonly Clip[]> {
  const entries = await readdir(folder).catch((error: unknown) => {
    const code = systemCodeOf(error);
    const problem =
      code === 'ENOENT' ? 'there is none' : code === 'ENOTDIR' ? 'it is a file' : messageOf(error);
    throw new EvalInputError('folder_unreadable', `cannot read the folder ${folder}: ${problem}`);
  });
  const clips = entries.includes(manifestName)
    ? await clipsOfManifest(folder)
    : await clipsOfPairs(folder, entries);
  if (clips.length === 0) {
    const other = entries.find((entry) => otherAudio.test(entry));
    if (other !== undefined) throw notReadHere(folder, other);
    throw new EvalInputError(
      'no_clips',
      `no clips in ${folder}: it needs a ${manifestName} with the columns id, language and reference, or pairs of X.wav and X.txt`,
    );
  }
  return clips;
}

function notReadHere(folder: string, file: string): EvalInputError {
  const { name } = parse(file);
  return new EvalInputError(
    'no_clips',
    `no clips in ${folder}: ${file} has a format that is not read here; make a WAV file of it, as with: ffmpeg -i ${file} ${name}.wav`,
  );
}

async function clipsOfManifest(folder: string): Promise<readonly Clip[]> {
  const path = join(folder, manifestName);
  return parseManifest(await readText(path), path).map(({ id, file, lineNumber, ...clip }) => ({
    ...clip,
    id,
    path: audioPath(folder, file, `${path}:${lineNumber}: clip "${id}"`),
  }));
}

async function clipsOfPairs(folder: string, entries: readonly string[]): Promise<readonly Clip[]> {
  const recordings = entries.filter((entry) => audioExtensions.includes(extname(entry).toLowerCase())).sort();
  return Promise.all(
    recordings.map(async (recording) => {
      const id = basename(recording, extname(recording));
      const textName = `${id}.txt`;
      if (!entries.includes(textName)) {
        throw new EvalInputError(
          'manifest_invalid',
          `${join(folder, recording)} has no reference: write what is said in it to ${textName}, or all of them to ${manifestName}`,
        );
      }
      const reference = (await readText(join(folder, textName))).trim();
      if (reference === '')
        throw new EvalInputError(
          'manifest_invalid',
          `${join(folder, textName)} is empty: it has to hold what is said`,
        );
      return { id, language: null, reference, path: join(folder, recording), fields: {} };
    }),
  );
}

/** @param file as the manifest has it, or an id: then the extension is looked for. */
function audioPath(folder: string, file: string, where: string): string {
  const candidates = [file, ...audioExtensions.map((extension) => file + extension)].map((name) =>
    resolve(folder, name),
  );
  const path = candidates.find((candidate) => extname(candidate) !== '' && existsSync(candidate));
  if (path === undefined) {
    throw new EvalInputError(
      'audio_missing',
      `${where}: no recording at ${candidates.slice(-2).join(' or ')}`,
    );
  }
  return path;
}

async function readText(path: string): Promise<string> {
  const bytes = await readStart(path, maxTextBytes).catch((error: unknown) => {
    throw new EvalInputError('manifest_invalid', `cannot read ${path}: ${fileProblem(error)}`);
  });
  if (bytes.length > maxTextBytes) {
    throw new EvalInputError('manifest_invalid', `${path}: larger than ${maxTextBytes} bytes`);
  }
  return bytes.toString('utf8');
}
