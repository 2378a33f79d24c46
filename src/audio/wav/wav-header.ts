import { malformedWav, readWavFormat, type WavFormat } from './wav-format.ts';

const riffHeaderBytes = 12;
const chunkHeaderBytes = 8;

/** What stands before a WAV's audio. */
export interface WavHeader {
  readonly format: WavFormat;
  /** Where the audio begins, in bytes. */
  readonly dataStart: number;
  /** As the header has it, in bytes; 0 or 0xFFFFFFFF where it was never filled in. */
  readonly dataSize: number;
}

/**
 * Reads a header that may still be coming in. Chunks that are not known are passed over.
 * @param bytes begin with RIFF and WAVE.
 * @returns undefined while the beginning of the audio is not there yet.
 * @throws AudioFileError
 */
export function readWavHeader(bytes: Uint8Array): WavHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: WavFormat | undefined;
  let offset = riffHeaderBytes;
  while (offset + chunkHeaderBytes <= view.byteLength) {
    const start = offset + chunkHeaderBytes;
    const size = view.getUint32(offset + 4, true);
    const tag = tagAt(view, offset);
    if (tag === 'data') {
      if (format === undefined) throw malformedWav('no format chunk stands before the audio data');
      return { format, dataStart: start, dataSize: size };
    }
    offset = start + size + (size % 2);
    if (tag === 'fmt ' && start + size <= view.byteLength) format = readWavFormat(view, start, size);
  }
  return undefined;
}

/** Four bytes as letters. */
export function tagAt(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));
}
