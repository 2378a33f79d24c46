import { AudioFileError } from '../errors.ts';
import { BitReader } from './bit-reader.ts';
import { crc16 } from './crc16.ts';
import { malformed, readSubframe } from './subframe.ts';

/** What a file says of its audio. */
export interface StreamInfo {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly bitsPerSample: number;
}

export interface Frame {
  /** One array a channel, all of the same length. */
  readonly channels: readonly Int32Array[];
  /** Where the next frame begins. */
  readonly endByte: number;
}

const sync = 0x3ffe;
const leftSide = 8;
const sideRight = 9;
const midSide = 10;

/**
 * Decodes the frame that begins at `startByte`. Its checksum is verified.
 * Format: RFC 9639, section 9.
 * @throws AudioFileError; RangeError where the data ends within the frame
 */
export function readFrame(bytes: Uint8Array, startByte: number, info: StreamInfo): Frame {
  const bits = new BitReader(bytes, startByte);
  if (bits.unsigned(14) !== sync) throw malformed(`there is no frame at byte ${startByte}`);
  bits.unsigned(2);
  const blockSizeCode = bits.unsigned(4);
  const sampleRateCode = bits.unsigned(4);
  const assignment = bits.unsigned(4);
  bits.unsigned(4);
  skipFrameNumber(bits);
  const blockSize = readBlockSize(bits, blockSizeCode);
  // The rate is the file's: files whose rate changes on the way do not exist outside of test suites.
  bits.unsigned(sampleRateCode === 12 ? 8 : sampleRateCode === 13 || sampleRateCode === 14 ? 16 : 0);
  bits.unsigned(8);
  const channels = readChannels(bits, blockSize, assignment, info);
  bits.align();
  const end = bits.byteOffset;
  if (crc16(bytes.subarray(startByte, end)) !== bits.unsigned(16)) {
    throw malformed(`the checksum of the frame at byte ${startByte} is wrong`);
  }
  return { channels, endByte: end + 2 };
}

/** In UTF-8's manner: the ones that the first byte begins with tell the number of bytes. */
function skipFrameNumber(bits: BitReader): void {
  const first = bits.unsigned(8);
  const ones = Math.clz32(~(first << 24));
  for (let byte = 1; byte < ones; byte++) bits.unsigned(8);
}

function readBlockSize(bits: BitReader, code: number): number {
  if (code === 0) throw malformed('a block has no size');
  if (code === 1) return 192;
  if (code <= 5) return 576 << (code - 2);
  if (code === 6) return bits.unsigned(8) + 1;
  if (code === 7) return bits.unsigned(16) + 1;
  return 256 << (code - 8);
}

function readChannels(
  bits: BitReader,
  blockSize: number,
  assignment: number,
  { channels, bitsPerSample }: StreamInfo,
): readonly Int32Array[] {
  const read = (extraBits: number): Int32Array => readSubframe(bits, blockSize, bitsPerSample + extraBits);
  if (assignment < leftSide) {
    if (assignment + 1 !== channels)
      throw malformed(`a frame has ${assignment + 1} channels, not ${channels}`);
    return Array.from({ length: channels }, () => read(0));
  }
  if (assignment > midSide || channels !== 2)
    throw malformed(`channel assignment ${assignment} is not valid`);
  const first = read(assignment === sideRight ? 1 : 0);
  const second = read(assignment === sideRight ? 0 : 1);
  for (let index = 0; index < blockSize; index++) {
    const [a, b] = [first[index] ?? 0, second[index] ?? 0];
    if (assignment === leftSide) second[index] = a - b;
    else if (assignment === sideRight) first[index] = a + b;
    else {
      // The mean lost its lowest bit, which is that of the difference.
      const sum = 2 * a + (b & 1);
      first[index] = (sum + b) / 2;
      second[index] = (sum - b) / 2;
    }
  }
  return [first, second];
}

/** @throws AudioFileError where the file is of a kind that is not read */
export function assertSupported({ sampleRateHz, bitsPerSample }: StreamInfo): void {
  if (bitsPerSample < 4 || bitsPerSample > 24) {
    throw new AudioFileError(
      'unsupported_format',
      `FLAC of ${bitsPerSample} bits is not supported (4 to 24)`,
    );
  }
  if (sampleRateHz < 8_000 || sampleRateHz > 192_000) {
    throw new AudioFileError(
      'unsupported_sample_rate',
      `a sample rate of ${sampleRateHz} Hz is not supported (8000 to 192000)`,
    );
  }
}
