import { createHash, timingSafeEqual } from 'node:crypto';

/** Checks `Authorization: Bearer KEY` headers. */
export class ApiKeys {
  readonly #digests: readonly Buffer[];

  /** @param keys with none, everybody is accepted. */
  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  /** @param authorization the header's value, '' when it is missing. */
  accepts(authorization: string): boolean {
    if (this.#digests.length === 0) return true;
    const shown = digest(/^Bearer (.+)$/i.exec(authorization)?.[1] ?? '');
    // Every key is compared, in constant time: the delay of the answer tells nothing about the keys.
    return this.#digests.reduce((accepted, known) => timingSafeEqual(known, shown) || accepted, false);
  }
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
