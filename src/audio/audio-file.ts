import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileProblem, otherKind } from '../files.ts';
import { audioFormatOf, formatBytes } from './audio-format.ts';
import { AudioFileError, unknownFormat } from './errors.ts';
import { readFlac } from './flac/flac.ts';
import type { MixedAudio } from './mono-audio.ts';
import { readWav } from './wav/read-wav.ts';

/** 1 GiB: nine hours at 16 kHz. */
const defaultMaxBytes = 2 ** 30;

export interface ReadOptions {
  /** Longer recordings are refused as soon as they are found to be longer. */
  readonly maxBytes?: number;
}

/** Reads a WAV or FLAC file; a pipe is read to its end. @throws AudioFileError naming the file */
export async function readAudioFile(path: string, options: ReadOptions = {}): Promise<MixedAudio> {
  const { maxBytes = defaultMaxBytes } = options;
  return named(path, async () => {
    await using file = await open(path).catch((error: unknown) => {
      throw new AudioFileError('unreadable', `cannot be read: ${fileProblem(error)}`, { cause: error });
    });
    const stats = await file.stat();
    if (!stats.isFile() && !stats.isFIFO()) {
      throw new AudioFileError('unreadable', `cannot be read: ${otherKind(stats)}`);
    }
    if (stats.size > maxBytes) throw tooLong(maxBytes);
    return readAudio(await bytesOf(file.createReadStream({ autoClose: false }), maxBytes));
  });
}

/** Reads a WAV or FLAC file that comes as a stream. @param name for messages @throws AudioFileError */
export async function readAudioStream(
  stream: Readable,
  name: string,
  { maxBytes = defaultMaxBytes }: ReadOptions = {},
): Promise<MixedAudio> {
  return named(name, async () => readAudio(await bytesOf(stream, maxBytes)));
}

/** Reads the bytes of a WAV or FLAC file. @throws AudioFileError */
export function readAudio(bytes: Uint8Array): MixedAudio {
  return audioFormatOf(bytes)?.name === 'FLAC' ? readFlac(bytes) : readWav(bytes);
}

/** What a stream gives until it ends. What is no audio is not read any further. */
async function bytesOf(stream: Readable, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  let isKnown = false;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) throw tooLong(maxBytes);
    if (!isKnown && length >= formatBytes) {
      const beginning = Buffer.concat(chunks);
      if (!['WAV', 'FLAC'].includes(audioFormatOf(beginning)?.name ?? '')) throw unknownFormat(beginning);
      isKnown = true;
    }
  }
  return Buffer.concat(chunks, length);
}

function tooLong(maxBytes: number): AudioFileError {
  return new AudioFileError('unreadable', `has more than ${maxBytes} bytes, the most that are read`);
}

/** Puts the name of what is read before its errors. */
async function named<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AudioFileError)
      throw new AudioFileError(error.code, `${name}: ${error.message}`, { cause: error });
    throw new AudioFileError('unreadable', `${name}: cannot be read: ${fileProblem(error)}`, {
      cause: error,
    });
  }
}
