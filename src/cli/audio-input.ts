import { readFile, stat } from 'node:fs/promises';
import { AudioFileError, parseWav, type WavAudio } from '../audio/wav.ts';
import { UsageError } from './errors.ts';

const maxFileBytes = 2 ** 30;

/** Reads a WAV file. @throws UsageError when there is none, AudioFileError when it is something else */
export async function readAudioFile(path: string): Promise<WavAudio> {
  const { size } = await stat(path).catch((error: Error) => {
    throw new UsageError(`cannot read ${path}: ${error.message}`);
  });
  if (size > maxFileBytes)
    throw new UsageError(`${path} has ${size} bytes; at most ${maxFileBytes} are read`);
  try {
    return parseWav(await readFile(path));
  } catch (error) {
    throw error instanceof AudioFileError
      ? new AudioFileError(error.code, `${path}: ${error.message}`)
      : error;
  }
}
