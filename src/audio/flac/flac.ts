import { createHash } from 'node:crypto';
import { audioFormatOf } from '../audio-format.ts';
import type { MixedAudio } from '../mono-audio.ts';
import { BitReader } from './bit-reader.ts';
import { assertSupported, readFrame, type StreamInfo } from './frame.ts';
import { malformed } from './subframe.ts';

const markerBytes = 4;
/** A few bytes of FLAC can stand for a lot of silence: no file makes more samples than this (4.6 h at 16 kHz). */
const maxSamples = 2 ** 28;

interface Header extends StreamInfo {
  /** Per channel; 0: not known. */
  readonly totalSamples: number;
  /** Of the samples as the encoder got them, in hexadecimal; all zeros: not known. */
  readonly md5: string;
  readonly firstFrameByte: number;
}

/**
 * Reads FLAC of 4 to 24 bits, any number of channels. Every frame's checksum, the number of samples and the file's own
 * MD5 have to be right. Where the header was written before the length was known, a last frame that is cut off is left
 * out.
 * Format: RFC 9639.
 * @returns as `readWav`.
 * @throws AudioFileError
 */
export function readFlac(bytes: Uint8Array): MixedAudio {
  const header = readHeader(bytes);
  assertSupported(header);
  const blocks: Block[] = [];
  const md5 = createHash('md5');
  let length = 0;
  let squares = 0;
  const isWhole = (): boolean => header.totalSamples > 0 && length >= header.totalSamples;
  for (let at = header.firstFrameByte; at < bytes.length && !isWhole(); ) {
    const frame = frameAt(bytes, at, header);
    if (frame === undefined) break;
    const block = mono(frame.channels, header);
    length += block.length;
    if (length > maxSamples) throw malformed(`it has more than ${maxSamples} samples`);
    blocks.push(block);
    squares += sumOfSquares(frame.channels);
    md5.update(interleaved(frame.channels, header));
    at = frame.endByte;
  }
  if (length === 0) throw malformed('it ends before its audio data');
  if (header.totalSamples > 0 && length !== header.totalSamples) {
    throw malformed(`it has ${length} of ${header.totalSamples} samples: it is cut off or damaged`);
  }
  if (/[^0]/.test(header.md5) && header.totalSamples > 0 && md5.digest('hex') !== header.md5) {
    throw malformed('its samples are not those that were encoded (their MD5 is wrong)');
  }
  const { sampleRateHz, channels, bitsPerSample } = header;
  const channelPower = channels === 1 ? null : squares / (length * channels * 4 ** (bitsPerSample - 1));
  return { sampleRateHz, samples: joined(blocks, length, header), channelPower };
}

/** undefined where the data ends within the frame. */
function frameAt(bytes: Uint8Array, at: number, info: StreamInfo): ReturnType<typeof readFrame> | undefined {
  try {
    return readFrame(bytes, at, info);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readHeader(bytes: Uint8Array): Header {
  if (audioFormatOf(bytes)?.name !== 'FLAC') throw malformed('it does not begin with "fLaC"');
  let info: Omit<Header, 'firstFrameByte'> | undefined;
  for (let at = markerBytes; at + 4 <= bytes.length; ) {
    const head = new BitReader(bytes, at);
    const isLast = head.unsigned(1) === 1;
    const type = head.unsigned(7);
    const size = head.unsigned(24);
    at += 4;
    if (type === 0) info = readStreamInfo(bytes.subarray(at, at + size));
    at += size;
    if (isLast && info) return { ...info, firstFrameByte: at };
    if (isLast) break;
  }
  throw malformed('its header is cut off');
}

function readStreamInfo(block: Uint8Array): Omit<Header, 'firstFrameByte'> {
  if (block.length < 34) throw malformed('its header is cut off');
  const bits = new BitReader(block, 10);
  return {
    sampleRateHz: bits.unsigned(20),
    channels: bits.unsigned(3) + 1,
    bitsPerSample: bits.unsigned(5) + 1,
    totalSamples: bits.unsigned(4) * 2 ** 32 + bits.unsigned(32),
    md5: Buffer.from(block.subarray(18, 34)).toString('hex'),
  };
}

/** As the MD5 is made of: s8, s16le or s24le, channel by channel within a sample. */
function interleaved(channels: readonly Int32Array[], { bitsPerSample }: Header): Buffer {
  const bytesPerSample = Math.ceil(bitsPerSample / 8);
  const samples = channels[0]?.length ?? 0;
  const bytes = Buffer.alloc(samples * channels.length * bytesPerSample);
  let at = 0;
  for (let index = 0; index < samples; index++) {
    for (const channel of channels) at = bytes.writeIntLE(channel[index] ?? 0, at, bytesPerSample);
  }
  return bytes;
}

type Block = Int16Array | Float32Array;

/** Channels averaged; 16-bit mono stays bit by bit as it is. */
function mono(channels: readonly Int32Array[], header: Header): Block {
  const [first = new Int32Array()] = channels;
  if (isPlain(header)) return Int16Array.from(first);
  const scale = channels.length * 2 ** (header.bitsPerSample - 1);
  return Float32Array.from(first, (_, index) => {
    let sum = 0;
    for (const channel of channels) sum += channel[index] ?? 0;
    return sum / scale;
  });
}

function sumOfSquares(channels: readonly Int32Array[]): number {
  let sum = 0;
  for (const channel of channels) for (const sample of channel) sum += sample * sample;
  return sum;
}

function joined(blocks: readonly Block[], length: number, header: Header): Block {
  const samples = isPlain(header) ? new Int16Array(length) : new Float32Array(length);
  let at = 0;
  for (const block of blocks) {
    samples.set(block, at);
    at += block.length;
  }
  return samples;
}

function isPlain({ channels, bitsPerSample }: Header): boolean {
  return channels === 1 && bitsPerSample === 16;
}
