/** Reads big-endian bit fields. Beyond the end it throws a RangeError. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** Position in bits. */
  #at: number;

  constructor(bytes: Uint8Array, startByte = 0) {
    this.#bytes = bytes;
    this.#at = startByte * 8;
  }

  /** The byte that holds the next bit. */
  get byteOffset(): number {
    return this.#at >> 3;
  }

  /** An unsigned number of 0..32 bits. */
  unsigned(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0; ) {
      const taken = Math.min(left, 8 - (this.#at & 7));
      const byte = this.#byte();
      const field = (byte >> (8 - (this.#at & 7) - taken)) & ((1 << taken) - 1);
      value = value * 2 ** taken + field;
      this.#at += taken;
      left -= taken;
    }
    return value;
  }

  /** A two's complement number of 1..32 bits. */
  signed(bits: number): number {
    const value = this.unsigned(bits);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  /** Zeros before the next one, which is read, too. */
  unary(): number {
    let zeros = 0;
    for (;;) {
      const offset = this.#at & 7;
      const rest = (this.#byte() << (24 + offset)) >>> 0;
      if (rest !== 0) {
        const leading = Math.clz32(rest);
        this.#at += leading + 1;
        return zeros + leading;
      }
      zeros += 8 - offset;
      this.#at += 8 - offset;
    }
  }

  /** Goes on at the next whole byte. */
  align(): void {
    this.#at = (this.#at + 7) & ~7;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) throw new RangeError('the data ends within a field');
    return byte;
  }
}
