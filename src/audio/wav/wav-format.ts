import { conversionNeeded } from '../errors.ts';
import { aLawSamples, muLawSamples } from '../g711.ts';

/** What a WAV file's format chunk says of its samples. */
export interface WavFormat {
  readonly encoding: Encoding;
  readonly bytesPerSample: number;
  readonly channels: number;
  readonly sampleRateHz: number;
}

export type Encoding = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'alaw' | 'mulaw';

/** The codes of WAVE_FORMAT_..., with the bits that each can have. */
const encodings: ReadonlyMap<number, Readonly<Record<number, Encoding>>> = new Map([
  [1, { 8: 'u8', 16: 's16', 24: 's24', 32: 's32' }],
  [3, { 32: 'f32', 64: 'f64' }],
  [6, { 8: 'alaw' }],
  [7, { 8: 'mulaw' }],
]);
const formatExtensible = 0xfffe;
/** What is met in WAV files and cannot be read. */
const otherNames: ReadonlyMap<number, string> = new Map([
  [2, 'Microsoft ADPCM'],
  [17, 'IMA ADPCM'],
  [49, 'GSM 6.10'],
  [64, 'G.721 ADPCM'],
  [80, 'MPEG'],
  [85, 'MP3'],
  [353, 'Windows Media Audio'],
]);

/** Reads a format chunk. @throws AudioFileError */
export function readWavFormat(view: DataView, start: number, size: number): WavFormat {
  if (size < 16 || start + size > view.byteLength) throw malformedWav('its format chunk is cut off');
  const code = view.getUint16(start, true);
  const channels = view.getUint16(start + 2, true);
  const sampleRateHz = view.getUint32(start + 4, true);
  const blockAlign = view.getUint16(start + 12, true);
  const bits = view.getUint16(start + 14, true);
  const isExtended = code === formatExtensible && size >= 40;
  const subFormat = isExtended ? view.getUint16(start + 24, true) : code;
  const encoding = encodings.get(subFormat)?.[bits];
  if (encoding === undefined) {
    const what = otherNames.get(subFormat) ?? `format ${subFormat} of ${bits} bits`;
    throw conversionNeeded('unsupported_format', `WAV with ${what} inside is not supported`, 'wav');
  }
  if (sampleRateHz < 8_000 || sampleRateHz > 192_000) {
    throw conversionNeeded(
      'unsupported_sample_rate',
      `a sample rate of ${sampleRateHz} Hz is not supported (8000 to 192000)`,
      'wav',
    );
  }
  const bytesPerSample = bits / 8;
  if (channels === 0 || blockAlign !== channels * bytesPerSample) {
    throw malformedWav(`${channels} channels of ${bits} bits do not make frames of ${blockAlign} bytes`);
  }
  return { encoding, bytesPerSample, channels, sampleRateHz };
}

/** Each gives the sample at an offset within [-1, 1]; floats are as they stand, and 0 where they are not finite. */
export const sampleReaders: Readonly<Record<Encoding, (view: DataView, offset: number) => number>> = {
  u8: (view, offset) => (view.getUint8(offset) - 128) / 128,
  s16: (view, offset) => view.getInt16(offset, true) / 32_768,
  s24: (view, offset) => (view.getUint8(offset) | (view.getInt16(offset + 1, true) << 8)) / 8_388_608,
  s32: (view, offset) => view.getInt32(offset, true) / 2_147_483_648,
  f32: (view, offset) => finite(view.getFloat32(offset, true)),
  f64: (view, offset) => finite(view.getFloat64(offset, true)),
  alaw: (view, offset) => (aLawSamples[view.getUint8(offset)] ?? 0) / 32_768,
  mulaw: (view, offset) => (muLawSamples[view.getUint8(offset)] ?? 0) / 32_768,
};

export function malformedWav(message: string): Error {
  return conversionNeeded('malformed', `this WAV file cannot be read: ${message}`, 'wav');
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
