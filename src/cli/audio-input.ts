import { readAudioFile, readAudioStream } from '../audio/audio-file.ts';
import type { MonoAudio } from '../audio/mono-audio.ts';
import { recordingHints } from '../audio/recording-hints.ts';
import { UsageError } from './errors.ts';

/**
 * Reads a recording of the user's, and says on stderr what is likely wrong with it.
 * @param path "-" is stdin.
 * @throws UsageError, AudioFileError
 */
export async function readRecording(path: string): Promise<MonoAudio> {
  const name = path === '-' ? 'stdin' : path;
  const audio = path === '-' ? await readAudioStream(pipedInput(), name) : await readAudioFile(path);
  for (const hint of recordingHints(audio)) console.error(`theo: ${name}: ${hint}`);
  return audio;
}

function pipedInput(): NodeJS.ReadStream {
  if (!process.stdin.isTTY) return process.stdin;
  throw new UsageError(
    'no recording comes on stdin; pipe one in, such as: ffmpeg -i talk.mp4 -f wav - | theo transcribe -',
  );
}
