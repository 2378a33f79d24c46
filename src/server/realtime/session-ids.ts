import { randomFillSync } from 'node:crypto';

const idBytes = 12;
const idsAtOnce = 256;

/**
 * Ids that nobody can guess: "sess_" and 96 random bits in hex. Random bytes are drawn for many ids at once: a buffer
 * for each id would be most of the garbage of opening a session.
 */
export class SessionIds {
  readonly #random = Buffer.alloc(idsAtOnce * idBytes);
  #used = this.#random.length;

  next(): string {
    if (this.#used === this.#random.length) {
      randomFillSync(this.#random);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += idBytes;
    return `sess_${this.#random.toString('hex', start, this.#used)}`;
  }
}
