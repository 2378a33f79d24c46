import { audioFormatOf } from '../audio-format.ts';
import { unknownFormat } from '../errors.ts';
import type { MixedAudio } from '../mono-audio.ts';
import { malformedWav, sampleReaders, type WavFormat } from './wav-format.ts';
import { readWavHeader, tagAt } from './wav-header.ts';

const unknownSize = 0xffffffff;
const chunkHeaderBytes = 8;

/**
 * Reads RIFF WAVE: PCM of 8, 16, 24 and 32 bits, float of 32 and 64, A-law and mu-law, plain or WAVE_FORMAT_EXTENSIBLE,
 * any number of channels. Unknown chunks are passed over. Data that ends early is taken as far as it has whole frames.
 * Where its size was never filled in (0 or 0xFFFFFFFF), the data reaches to the end of the file.
 * Format: "Multimedia Programming Interface and Data Specifications 1.0" and Microsoft's WAVEFORMATEXTENSIBLE.
 * @throws AudioFileError
 */
export function readWav(bytes: Uint8Array): MixedAudio {
  if (audioFormatOf(bytes)?.name !== 'WAV') throw unknownFormat(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readWavHeader(bytes);
  if (header === undefined) throw malformedWav('it ends before its audio data');
  const { format, dataStart, dataSize } = header;
  return mixed(view, dataStart, dataEnd(view, dataStart, dataSize), format);
}

/** Where the data that starts at `start` ends, by its size and the file's end. */
function dataEnd(view: DataView, start: number, size: number): number {
  const isUnknown = size === unknownSize || (size === 0 && !areChunks(view, start));
  return isUnknown ? view.byteLength : Math.min(start + size, view.byteLength);
}

/** Whether what follows data of size 0 is further chunks to the end of the file: then the data is empty indeed. */
function areChunks(view: DataView, start: number): boolean {
  let offset = start;
  while (offset + chunkHeaderBytes <= view.byteLength) {
    if (!/^[\x20-\x7e]{4}$/.test(tagAt(view, offset))) return false;
    const size = view.getUint32(offset + 4, true);
    offset += chunkHeaderBytes + size + (size % 2);
  }
  // Some leave out the byte that fills an odd chunk at the end.
  return offset === view.byteLength || offset === view.byteLength + 1;
}

function mixed(view: DataView, start: number, end: number, format: WavFormat): MixedAudio {
  const { encoding, channels, bytesPerSample, sampleRateHz } = format;
  const frames = Math.floor((end - start) / (channels * bytesPerSample));
  if (encoding === 's16' && channels === 1) {
    const samples = new Int16Array(frames);
    for (let frame = 0; frame < frames; frame++) samples[frame] = view.getInt16(start + frame * 2, true);
    return { sampleRateHz, samples, channelPower: null };
  }
  const read = sampleReaders[encoding];
  const samples = new Float32Array(frames);
  let offset = start;
  let squares = 0;
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, offset += bytesPerSample) {
      const sample = read(view, offset);
      sum += sample;
      squares += sample * sample;
    }
    samples[frame] = sum / channels;
  }
  return { sampleRateHz, samples, channelPower: channels === 1 ? null : squares / (frames * channels || 1) };
}
