import { readAudioFile as readFile } from '../audio/audio-file.ts';
import { AudioFileError, type WavAudio } from '../audio/wav.ts';
import { UsageError } from './errors.ts';

/** Reads a WAV or FLAC file. @throws UsageError when there is none, AudioFileError when it is something else */
export async function readAudioFile(path: string): Promise<WavAudio> {
  try {
    return await readFile(path);
  } catch (error) {
    throw error instanceof AudioFileError && error.code === 'unreadable'
      ? new UsageError(error.message)
      : error;
  }
}
