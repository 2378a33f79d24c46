import type { FileHandle } from 'node:fs/promises';
import { openFile } from '../../files.ts';
import { readAt, reading } from './source-bytes.ts';

/** A tensor as it lies in a file, row by row. */
export interface StoredTensor {
  /** As the format spells it; it is listed under this name. */
  readonly name: string;
  /** Rows first; empty for a scalar. */
  readonly shape: readonly number[];
  /** Of float32, float16, bfloat16 and int8 with scales weights are read; of others it is the format's own word. */
  readonly type: string;
  readonly file: SourceFile;
  /** Where its elements begin, in bytes from the file's start. */
  readonly offset: number;
  readonly byteLength: number;
  /** Of a tensor of int8: its rows are divided by these, one a row. */
  readonly scales?: StoredTensor | undefined;
}

/** The tensors of one model, whatever the files that they lie in. */
export interface StoredTensors {
  /** The file that lists them, for messages. */
  readonly path: string;
  /** Every file that a tensor lies in; who opened them closes them. */
  readonly files: readonly SourceFile[];
  readonly byName: ReadonlyMap<string, StoredTensor>;
}

/** A file of weights that is open for reading. */
export class SourceFile {
  readonly path: string;
  readonly byteLength: number;
  readonly #handle: FileHandle;

  private constructor(path: string, byteLength: number, handle: FileHandle) {
    this.path = path;
    this.byteLength = byteLength;
    this.#handle = handle;
  }

  /** @throws ModelImportError `source_unreadable` */
  static async open(path: string): Promise<SourceFile> {
    const handle = await reading(path, () => openFile(path));
    try {
      const { size } = await reading(path, () => handle.stat());
      return new SourceFile(path, size, handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Exactly `length` bytes from `position` on, in memory of their own. @throws ModelImportError */
  async read(position: number, length: number): Promise<Buffer<ArrayBuffer>> {
    return readAt(this.#handle, this.path, position, length);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

export async function closeAll(files: readonly SourceFile[]): Promise<void> {
  await Promise.all(files.map((file) => file.close()));
}
