/** Reads big-endian bit fields. Beyond the end it throws a RangeError. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** The byte that holds the next bit. Bytes and bits are counted apart: 32-bit operators do not hold a bit position beyond 256 MB. */
  #byteAt: number;
  /** Bits of that byte that are read, 0..7. */
  #bitAt = 0;

  constructor(bytes: Uint8Array, startByte = 0) {
    this.#bytes = bytes;
    this.#byteAt = startByte;
  }

  /** The byte that holds the next bit. */
  get byteOffset(): number {
    return this.#byteAt;
  }

  /** An unsigned number of 0..32 bits. */
  unsigned(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0; ) {
      const taken = Math.min(left, 8 - this.#bitAt);
      const field = (this.#byte() >> (8 - this.#bitAt - taken)) & ((1 << taken) - 1);
      value = value * 2 ** taken + field;
      this.#skip(taken);
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
      const rest = (this.#byte() << (24 + this.#bitAt)) >>> 0;
      if (rest !== 0) {
        const leading = Math.clz32(rest);
        this.#skip(leading + 1);
        return zeros + leading;
      }
      zeros += 8 - this.#bitAt;
      this.#skip(8 - this.#bitAt);
    }
  }

  /** Goes on at the next whole byte. */
  align(): void {
    if (this.#bitAt > 0) this.#skip(8 - this.#bitAt);
  }

  /** @param bits - no more than the byte has left. */
  #skip(bits: number): void {
    this.#bitAt += bits;
    if (this.#bitAt < 8) return;
    this.#bitAt = 0;
    this.#byteAt++;
  }

  #byte(): number {
    const byte = this.#bytes[this.#byteAt];
    if (byte === undefined) throw new RangeError('the data ends within a field');
    return byte;
  }
}
