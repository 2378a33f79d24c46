import { ModelImportError } from './errors.ts';
import type { SourceFile } from './stored-tensors.ts';

const windowBytes = 4_096;

/** Walks the fields of a binary file, little endian, without reading what lies between them. */
export class FileCursor {
  readonly #file: SourceFile;
  #window = Buffer.alloc(0);
  #windowStart = 0;
  #position = 0;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  /** Of the file, in bytes. */
  get size(): number {
    return this.#file.byteLength;
  }

  get position(): number {
    return this.#position;
  }

  /** An unsigned integer of 1, 2 or 4 bytes. @param what - its name in an error. */
  async unsigned(bytes: 1 | 2 | 4, what: string): Promise<number> {
    return (await this.#take(bytes, what)).readUIntLE(0, bytes);
  }

  /** A text with its length before it and a zero after it. @throws ModelImportError `weights_malformed` */
  async text(maxBytes: number, what: string): Promise<string> {
    const length = await this.unsigned(2, what);
    if (length < 1 || length > maxBytes) this.fail(`${what} has ${length} bytes, expected 1 to ${maxBytes}`);
    const bytes = await this.#take(length, what);
    if (bytes[length - 1] !== 0) this.fail(`${what} does not end with a zero`);
    return bytes.toString('utf8', 0, length - 1);
  }

  /** @throws ModelImportError `weights_truncated` */
  skip(bytes: number, what: string): void {
    this.#require(bytes, what);
    this.#position += bytes;
  }

  /** @throws ModelImportError `weights_malformed` */
  fail(cause: string): never {
    throw new ModelImportError(
      'weights_malformed',
      `${this.#file.path}: ${cause} (at byte ${this.#position}): the file is damaged`,
    );
  }

  /** The next bytes, at most a window of them. */
  async #take(bytes: number, what: string): Promise<Buffer> {
    this.#require(bytes, what);
    let start = this.#position - this.#windowStart;
    if (start < 0 || start + bytes > this.#window.length) {
      this.#window = await this.#file.read(this.#position, this.#windowLength());
      this.#windowStart = this.#position;
      start = 0;
    }
    this.#position += bytes;
    return this.#window.subarray(start, start + bytes);
  }

  #windowLength(): number {
    return Math.min(windowBytes, this.size - this.#position);
  }

  #require(bytes: number, what: string): void {
    if (bytes <= this.size - this.#position) return;
    throw new ModelImportError(
      'weights_truncated',
      `${this.#file.path}: ends inside ${what} (at byte ${this.size}): it was not copied whole`,
    );
  }
}
