/** Layer III bit rates, kbit/s, for MPEG-1; and for MPEG-2 and 2.5. */
const bitRates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const;
const bitRates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] as const;
const sampleRatesHz = [44_100, 48_000, 32_000] as const;
/** By the header's two bits; MPEG-2.5 halves once more. */
const rateDivisors: Readonly<Record<number, number>> = { 3: 1, 2: 2, 0: 4 };

/**
 * Whether MP3 begins here: with a tag, or with two frames that follow one another. One frame's header alone is no proof: quiet
 * samples look like it every few seconds. Header: ISO/IEC 11172-3, 2.4.1.3, and 13818-3.
 */
export function isMpegAudio(bytes: Uint8Array): boolean {
  if (bytes[0] === 0x49 && bytes[1] === 0x44 && bytes[2] === 0x33) return true;
  const length = frameLength(bytes, 0);
  return length !== undefined && bytes[length + 1] === bytes[1] && frameLength(bytes, length) !== undefined;
}

/** The length of the Layer III frame at an offset, in bytes; undefined where there is none. */
function frameLength(bytes: Uint8Array, offset: number): number | undefined {
  const [first = 0, second = 0, third = 0] = bytes.subarray(offset, offset + 3);
  if (first !== 0xff || (second & 0xe6) !== 0xe2) return undefined;
  const version = (second >> 3) & 3;
  const divisor = rateDivisors[version];
  const kilobits = (divisor === 1 ? bitRates1 : bitRates2)[third >> 4];
  const rateHz = sampleRatesHz[(third >> 2) & 3];
  if (divisor === undefined || rateHz === undefined || !kilobits) return undefined;
  const samplesPerBit = divisor === 1 ? 144 : 72;
  return Math.floor((samplesPerBit * 1000 * kilobits * divisor) / rateHz) + ((third >> 1) & 1);
}
