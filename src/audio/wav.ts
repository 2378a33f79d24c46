export type AudioFileErrorCode =
  | 'unreadable'
  | 'not_wav'
  | 'unsupported_format'
  | 'unsupported_sample_rate'
  | 'malformed';

/** An audio file that cannot be read; the message says what to do about it. */
export class AudioFileError extends Error {
  override readonly name: string = 'AudioFileError';
  readonly code: AudioFileErrorCode;

  constructor(code: AudioFileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Mono audio of a file; several channels are averaged. */
export interface WavAudio {
  /** 8000..192000. */
  readonly sampleRateHz: number;
  /** `Int16Array` for 16-bit mono, bit by bit as in the file; else [-1, 1], where float files may exceed it. */
  readonly samples: Int16Array | Float32Array;
}

const formatPcm = 1;
const formatFloat = 3;
const formatExtensible = 0xfffe;
const unknownSize = 0xffffffff;
const headerBytes = 12;
const chunkHeaderBytes = 8;

interface Format {
  readonly encoding: 'u8' | 's16' | 's24' | 's32' | 'f32';
  readonly bytesPerSample: number;
  readonly channels: number;
  readonly sampleRateHz: number;
}

/**
 * Reads RIFF WAVE: PCM of 8, 16, 24 and 32 bits and 32-bit float, plain or WAVE_FORMAT_EXTENSIBLE, any number of
 * channels. Unknown chunks are passed over. Data that ends early is taken as far as it has whole frames. Where the
 * header was written before the length was known (sizes 0 or 0xFFFFFFFF), the data reaches to the end of the file.
 * Format: "Multimedia Programming Interface and Data Specifications 1.0" and Microsoft's WAVEFORMATEXTENSIBLE.
 * @throws AudioFileError
 */
export function parseWav(bytes: Uint8Array): WavAudio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') throw notWav(view);
  let format: Format | undefined;
  let offset = headerBytes;
  while (offset + chunkHeaderBytes <= view.byteLength) {
    const start = offset + chunkHeaderBytes;
    const size = view.getUint32(offset + 4, true);
    if (tag(view, offset) === 'fmt ') format = readFormat(view, start, size);
    if (tag(view, offset) === 'data') {
      if (format === undefined) throw malformed('no format chunk stands before the audio data');
      return {
        sampleRateHz: format.sampleRateHz,
        samples: mono(view, start, dataEnd(view, start, size), format),
      };
    }
    offset = start + size + (size % 2);
  }
  throw malformed('it ends before its audio data');
}

/** The samples as s16le bytes, clipped to the range. */
export function toPcm16(audio: WavAudio): Uint8Array {
  const { samples } = audio;
  const pcm = new Uint8Array(samples.length * 2);
  const view = new DataView(pcm.buffer);
  const scale = samples instanceof Int16Array ? 1 : 32_768;
  for (let index = 0; index < samples.length; index++) {
    const value = Math.round((samples[index] ?? 0) * scale);
    view.setInt16(index * 2, Math.max(-32_768, Math.min(32_767, value)), true);
  }
  return pcm;
}

function readFormat(view: DataView, start: number, size: number): Format {
  if (size < 16 || start + size > view.byteLength) throw malformed('its format chunk is cut off');
  const code = view.getUint16(start, true);
  const channels = view.getUint16(start + 2, true);
  const sampleRateHz = view.getUint32(start + 4, true);
  const blockAlign = view.getUint16(start + 12, true);
  const bits = view.getUint16(start + 14, true);
  const isExtended = code === formatExtensible && size >= 40;
  const encoding = encodingOf(isExtended ? view.getUint16(start + 24, true) : code, bits);
  if (encoding === undefined) {
    throw failure('unsupported_format', `WAV format ${code} of ${bits} bits is not supported`);
  }
  if (sampleRateHz < 8_000 || sampleRateHz > 192_000) {
    throw failure(
      'unsupported_sample_rate',
      `a sample rate of ${sampleRateHz} Hz is not supported (8000 to 192000)`,
    );
  }
  const bytesPerSample = bits / 8;
  if (channels === 0 || blockAlign !== channels * bytesPerSample) {
    throw malformed(`${channels} channels of ${bits} bits do not make frames of ${blockAlign} bytes`);
  }
  return { encoding, bytesPerSample, channels, sampleRateHz };
}

function encodingOf(code: number, bits: number): Format['encoding'] | undefined {
  if (code === formatFloat) return bits === 32 ? 'f32' : undefined;
  if (code !== formatPcm) return undefined;
  const byBits = { 8: 'u8', 16: 's16', 24: 's24', 32: 's32' } as const;
  return bits === 8 || bits === 16 || bits === 24 || bits === 32 ? byBits[bits] : undefined;
}

/** Where the data that starts at `start` ends, by its size, the file's end and the rule for sizes not known. */
function dataEnd(view: DataView, start: number, size: number): number {
  const riffSize = view.getUint32(4, true);
  const wasStreamed = riffSize === 0 || riffSize === unknownSize || chunkHeaderBytes + riffSize <= start;
  const isUnknown = size === unknownSize || (size === 0 && wasStreamed);
  return isUnknown ? view.byteLength : Math.min(start + size, view.byteLength);
}

function mono(view: DataView, start: number, end: number, format: Format): Int16Array | Float32Array {
  const { encoding, channels, bytesPerSample } = format;
  const frameBytes = channels * bytesPerSample;
  const frames = Math.floor((end - start) / frameBytes);
  if (encoding === 's16' && channels === 1) {
    const samples = new Int16Array(frames);
    for (let frame = 0; frame < frames; frame++) samples[frame] = view.getInt16(start + frame * 2, true);
    return samples;
  }
  const read = readers[encoding];
  const samples = new Float32Array(frames);
  let offset = start;
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, offset += bytesPerSample) sum += read(view, offset);
    samples[frame] = sum / channels;
  }
  return samples;
}

/** Each gives the sample at an offset within [-1, 1]; floats are as they stand, and 0 where they are not finite. */
const readers: Readonly<Record<Format['encoding'], (view: DataView, offset: number) => number>> = {
  u8: (view, offset) => (view.getUint8(offset) - 128) / 128,
  s16: (view, offset) => view.getInt16(offset, true) / 32_768,
  s24: (view, offset) => (view.getUint8(offset) | (view.getInt16(offset + 1, true) << 8)) / 8_388_608,
  s32: (view, offset) => view.getInt32(offset, true) / 2_147_483_648,
  f32: (view, offset) => {
    const value = view.getFloat32(offset, true);
    return Number.isFinite(value) ? value : 0;
  },
};

function tag(view: DataView, offset: number): string {
  if (offset + 4 > view.byteLength) return '';
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));
}

function notWav(view: DataView): AudioFileError {
  const look = lookOf(view);
  return look === undefined
    ? failure('not_wav', 'this is not a WAV file', 'mp3')
    : failure('not_wav', `this is not a WAV file but looks like ${look.name}`, look.extension);
}

function lookOf(view: DataView): { readonly name: string; readonly extension: string } | undefined {
  const start = tag(view, 0);
  if (start.startsWith('ID3') || /^\xff[\xe2-\xff]/.test(start)) return { name: 'MP3', extension: 'mp3' };
  if (start === 'fLaC') return { name: 'FLAC', extension: 'flac' };
  if (start === 'OggS') return { name: 'Ogg', extension: 'ogg' };
  if (start === '\x1a\x45\xdf\xa3') return { name: 'WebM', extension: 'webm' };
  if (tag(view, 4) === 'ftyp') return { name: 'MP4 or M4A', extension: 'm4a' };
  if (start === 'RF64' || start === 'RIFX') return { name: start, extension: 'wav' };
  return undefined;
}

function malformed(message: string): AudioFileError {
  return failure('malformed', `this WAV file cannot be read: ${message}`);
}

function failure(code: AudioFileErrorCode, message: string, extension = 'wav'): AudioFileError {
  return new AudioFileError(
    code,
    `${message}; convert it with: ffmpeg -i in.${extension} -ar 16000 -ac 1 out.wav`,
  );
}
