import { readFile, stat } from 'node:fs/promises';
import { isFlac, parseFlac } from './flac/flac.ts';
import { AudioFileError, parseWav, type WavAudio } from './wav.ts';

const maxFileBytes = 2 ** 30;

/** Reads a WAV or FLAC file of up to 1 GiB. @throws AudioFileError naming the file */
export async function readAudioFile(path: string): Promise<WavAudio> {
  const { size } = await stat(path).catch((error: Error) => {
    throw new AudioFileError('unreadable', `cannot read ${path}: ${error.message}`);
  });
  if (size > maxFileBytes) {
    throw new AudioFileError('unreadable', `${path} has ${size} bytes; at most ${maxFileBytes} are read`);
  }
  const bytes = await readFile(path);
  try {
    return isFlac(bytes) ? parseFlac(bytes) : parseWav(bytes);
  } catch (error) {
    throw error instanceof AudioFileError
      ? new AudioFileError(error.code, `${path}: ${error.message}`)
      : error;
  }
}
