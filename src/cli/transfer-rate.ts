/** How long ago the oldest bytes came that count for the rate, ms. */
const windowMs = 5_000;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** The rate of a transfer over its last five seconds. */
export class TransferRate {
  #samples: Sample[] = [];

  /** @param bytes - that have come so far */
  add(nowMs: number, bytes: number): void {
    this.#samples.push({ atMs: nowMs, bytes });
    while (this.#samples.length > 2 && (this.#samples[0]?.atMs ?? nowMs) < nowMs - windowMs)
      this.#samples.shift();
  }

  /** What comes next is a transfer of its own. */
  reset(): void {
    this.#samples = [];
  }

  /** null until there is something to go by. */
  get bytesPerSecond(): number | null {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs - first.atMs < 500) return null;
    return (1_000 * (last.bytes - first.bytes)) / (last.atMs - first.atMs);
  }
}
