import { TheoError } from '../errors.ts';
import { audioFormatOf } from './audio-format.ts';

export type AudioFileErrorCode =
  | 'unreadable'
  | 'unknown_format'
  | 'unsupported_format'
  | 'unsupported_sample_rate'
  | 'malformed';

/** An audio file that cannot be read; the message says what to do about it. */
export class AudioFileError extends TheoError<AudioFileErrorCode> {
  override readonly name = 'AudioFileError';
}

/** An error about a file that a conversion would mend. @param extension what such files are called */
export function conversionNeeded(
  code: AudioFileErrorCode,
  message: string,
  extension: string,
): AudioFileError {
  return new AudioFileError(
    code,
    `${message}; convert it with: ffmpeg -i in.${extension} -ar 16000 -ac 1 out.wav`,
  );
}

/** What a file that is neither WAV nor FLAC is, and what to do with it. */
export function unknownFormat(bytes: Uint8Array): AudioFileError {
  const format = audioFormatOf(bytes);
  if (format !== undefined) {
    const message = `this is ${format.name}, and WAV or FLAC is read`;
    return conversionNeeded('unknown_format', message, format.extension);
  }
  if (bytes.length === 0) return new AudioFileError('unknown_format', 'this file is empty');
  if (isText(bytes.subarray(0, textBytes))) {
    return new AudioFileError('unknown_format', 'this is text, and WAV or FLAC is read');
  }
  return new AudioFileError(
    'unknown_format',
    'this is neither WAV nor FLAC; if it is raw samples, say which and give it a header, such as: ' +
      'ffmpeg -f s16le -ar 16000 -ac 1 -i in.raw out.wav',
  );
}

/** As many bytes tell text from samples. */
const textBytes = 512;

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d)) && isUtf8(bytes);
}

/** Of which the last character may be cut. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
