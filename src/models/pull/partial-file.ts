import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import { readStart } from '../../files.ts';
import { writing } from '../staging-folder.ts';
import { interrupted } from './errors.ts';

/** How much of a download is stored. */
export interface StoredPart {
  readonly doneBytes: number;
  /** null: not known. */
  readonly totalBytes: number | null;
}

/** What the stored part is a part of. */
export interface PartialRecord {
  /** Where it came from, as `addressText` has it. */
  readonly address: string;
  /** Of the whole file; null: not known. */
  readonly bytes: number | null;
  /** Of the whole file; null: not known. */
  readonly sha256: string | null;
  /** By `validatorOf`; null: the server gave none. */
  readonly validator: string | null;
}

const recordSchema: z.ZodType<PartialRecord> = z.strictObject({
  address: z.string(),
  bytes: z.int().min(0).nullable(),
  sha256: z.string().nullable(),
  validator: z.string().nullable(),
});

const maxRecordBytes = 4_096;
const readBytes = 2 ** 20;

/**
 * The part of a file that has come so far, on the disk, with a small record beside it that says what it is a part of.
 * Its SHA-256 grows with it.
 */
export class PartialFile {
  readonly path: string;
  #file: FileHandle;
  #record: PartialRecord | null;
  #hash: Hash = createHash('sha256');
  #bytes = 0;
  #resumedBytes = 0;

  private constructor(path: string, file: FileHandle, record: PartialRecord | null) {
    this.path = path;
    this.#file = file;
    this.#record = record;
  }

  /** Opens what is stored at `path`, or makes it; nothing of it counts yet. @throws ModelError `target_unwritable` */
  static async open(path: string): Promise<PartialFile> {
    const file = await writing(path, () => open(path, 'a+'));
    return new PartialFile(path, file, await readRecord(recordPath(path)));
  }

  /** Of the stored part; null where nothing is known. */
  get record(): PartialRecord | null {
    return this.#record;
  }

  /** Bytes that count: read again by `resume`, or appended. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Of those, what an earlier process had stored. */
  get resumedBytes(): number {
    return this.#resumedBytes;
  }

  /** The stored part's length, bytes. */
  async storedBytes(): Promise<number> {
    return (await this.#file.stat()).size;
  }

  /**
   * Counts the stored part: reads it for its hash.
   * @throws PullError `interrupted`
   */
  async resume(signal: AbortSignal, onBytes: (bytes: number) => void): Promise<void> {
    const buffer = Buffer.allocUnsafe(readBytes);
    for (;;) {
      if (signal.aborted) throw interrupted();
      const { bytesRead } = await writing(this.path, () =>
        this.#file.read(buffer, 0, readBytes, this.#bytes),
      );
      if (bytesRead === 0) break;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#bytes += bytesRead;
      onBytes(this.#bytes);
    }
    this.#resumedBytes = this.#bytes;
  }

  /** Throws the stored part away. The file is a new one: the old one may be an installed model's by now. */
  async restart(): Promise<void> {
    await this.remove();
    await this.#file.close();
    this.#file = await writing(this.path, () => open(this.path, 'ax+'));
    this.#hash = createHash('sha256');
    this.#bytes = 0;
    this.#resumedBytes = 0;
  }

  /** Takes the part and its record off the disk. */
  async remove(): Promise<void> {
    // The record first: a part without one counts for nothing.
    await writing(this.path, () => rm(recordPath(this.path), { force: true }));
    await writing(this.path, () => rm(this.path, { force: true }));
    this.#record = null;
  }

  /** Notes what the part is a part of: before its first byte, so that no part is without. */
  async remember(record: PartialRecord): Promise<void> {
    const path = recordPath(this.path);
    await writing(path, async () => {
      await using file = await open(`${path}.new`, 'w');
      await file.writeFile(JSON.stringify(record));
    });
    await writing(path, () => rename(`${path}.new`, path));
    this.#record = record;
  }

  /** @throws ModelError `no_space` or `target_unwritable` */
  async append(chunk: Buffer): Promise<void> {
    await writing(this.path, async () => {
      // What was written of a chunk before the disk was full is stored, though it does not count.
      for (let written = 0; written < chunk.length; ) {
        written += (await this.#file.write(chunk, written)).bytesWritten;
      }
    });
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** Of the bytes that count, in hexadecimal. */
  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Up to `length` bytes from the file's start. */
  async start(length: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  }

  /** Writes it through to the disk. */
  async sync(): Promise<void> {
    await writing(this.path, () => this.#file.sync());
  }

  /** What has come stays on the disk, whether it has been counted or not. */
  async close(): Promise<void> {
    // Not known of a file that could not be begun anew: why that was is told, and nothing is lost.
    const storedBytes = await this.storedBytes().catch(() => null);
    try {
      if (storedBytes === 0) await this.remove();
    } finally {
      await this.#file.close();
    }
  }
}

function recordPath(path: string): string {
  return `${path}.json`;
}

/** What another process has stored at `path` so far. */
export async function storedPart(path: string): Promise<StoredPart> {
  const record = await readRecord(recordPath(path));
  return { doneBytes: await sizeOf(path), totalBytes: record?.bytes ?? null };
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** null for what is none, as a process leaves it that is killed while it writes. */
async function readRecord(path: string): Promise<PartialRecord | null> {
  try {
    return recordSchema.parse(JSON.parse((await readStart(path, maxRecordBytes)).toString('utf8')));
  } catch {
    return null;
  }
}
