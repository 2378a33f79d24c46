import { ModelImportError } from '../errors.ts';
import type { SourceFile } from '../stored-tensors.ts';

/** A file of the archive, as it lies in it. */
export interface ZipEntry {
  readonly name: string;
  /** Where its bytes begin, in bytes from the archive's start. */
  readonly offset: number;
  readonly byteLength: number;
}

const endSignature = 0x06054b50;
const endBytes = 22;
const maxCommentBytes = 0xffff;
const zip64LocatorSignature = 0x07064b50;
const zip64LocatorBytes = 20;
const zip64EndSignature = 0x06064b50;
const zip64EndBytes = 56;
const directorySignature = 0x02014b50;
const directoryEntryBytes = 46;
const localSignature = 0x04034b50;
const localHeaderBytes = 30;
const zip64ExtraId = 1;
/** Stands for "see the extra field". */
const inExtra32 = 0xffffffff;
const inExtra16 = 0xffff;
/** Whisper's largest has 1 300 tensors, each in a file of its own. */
const maxEntries = 16_384;
const maxDirectoryBytes = 4 * 2 ** 20;

/**
 * Lists a zip archive's files (APPNOTE.TXT 6.3.10 of PKWARE, with zip64) that are stored as they are, as PyTorch's are.
 * Only the directory and what stands before each file are read.
 * @throws ModelImportError `weights_truncated` or `weights_malformed`
 */
export async function readZipDirectory(file: SourceFile): Promise<ReadonlyMap<string, ZipEntry>> {
  const { entries, offset, byteLength } = await findDirectory(file);
  if (entries > maxEntries) fail(file, `${entries} files, at most ${maxEntries} are plausible`);
  if (byteLength > maxDirectoryBytes) fail(file, `a directory of ${byteLength} bytes`);
  requireInside(file, offset, byteLength, 'the directory');
  const directory = await file.read(offset, byteLength);
  const byName = new Map<string, ZipEntry>();
  let position = 0;
  for (let index = 0; index < entries; index++) {
    const { name, bytes, ...entry } = readDirectoryEntry(file, directory, position);
    if (byName.has(name)) fail(file, `the file ${JSON.stringify(name)} is there twice`);
    byName.set(name, await located(file, name, entry));
    position += bytes;
  }
  return byName;
}

interface Directory {
  readonly entries: number;
  readonly offset: number;
  readonly byteLength: number;
}

async function findDirectory(file: SourceFile): Promise<Directory> {
  const tailBytes = Math.min(file.byteLength, endBytes + maxCommentBytes);
  const tailStart = file.byteLength - tailBytes;
  const tail = await file.read(tailStart, tailBytes);
  const end = findEnd(tail);
  if (end === undefined) {
    throw new ModelImportError(
      'weights_truncated',
      `${file.path}: a zip archive without its directory, which is at the end: it was not copied or downloaded whole`,
    );
  }
  const directory = {
    entries: tail.readUInt16LE(end + 10),
    byteLength: tail.readUInt32LE(end + 12),
    offset: tail.readUInt32LE(end + 16),
  };
  const isZip64 =
    directory.entries === inExtra16 || directory.byteLength === inExtra32 || directory.offset === inExtra32;
  return isZip64 ? readZip64Directory(file, tailStart + end) : directory;
}

/** Its place in the tail; the last one, because a comment may follow it. */
function findEnd(tail: Buffer): number | undefined {
  for (let position = tail.length - endBytes; position >= 0; position--) {
    if (
      tail.readUInt32LE(position) === endSignature &&
      position + endBytes + tail.readUInt16LE(position + 20) === tail.length
    ) {
      return position;
    }
  }
  return undefined;
}

async function readZip64Directory(file: SourceFile, end: number): Promise<Directory> {
  const locatorStart = end - zip64LocatorBytes;
  if (locatorStart < 0) fail(file, 'no zip64 locator');
  const locator = await file.read(locatorStart, zip64LocatorBytes);
  if (locator.readUInt32LE(0) !== zip64LocatorSignature) fail(file, 'no zip64 locator');
  const start = integer64(file, locator, 8);
  requireInside(file, start, zip64EndBytes, 'the zip64 record');
  const record = await file.read(start, zip64EndBytes);
  if (record.readUInt32LE(0) !== zip64EndSignature) fail(file, 'no zip64 record');
  return {
    entries: integer64(file, record, 32),
    byteLength: integer64(file, record, 40),
    offset: integer64(file, record, 48),
  };
}

interface DirectoryEntry {
  readonly name: string;
  readonly headerOffset: number;
  readonly byteLength: number;
  /** Of the entry itself, in the directory. */
  readonly bytes: number;
}

function readDirectoryEntry(file: SourceFile, directory: Buffer, start: number): DirectoryEntry {
  const header = directory.subarray(start, start + directoryEntryBytes);
  if (header.length < directoryEntryBytes || header.readUInt32LE(0) !== directorySignature) {
    fail(file, 'an entry of the directory is damaged');
  }
  const nameBytes = header.readUInt16LE(28);
  const extraBytes = header.readUInt16LE(30);
  const bytes = directoryEntryBytes + nameBytes + extraBytes + header.readUInt16LE(32);
  if (start + bytes > directory.length) fail(file, 'an entry of the directory is damaged');
  const nameStart = start + directoryEntryBytes;
  const name = directory.toString('utf8', nameStart, nameStart + nameBytes);
  const what = `the file ${JSON.stringify(name.slice(0, 200))}`;
  if ((header.readUInt16LE(8) & 1) !== 0) fail(file, `${what} is encrypted`);
  if (header.readUInt16LE(10) !== 0) fail(file, `${what} is compressed, which PyTorch's files never are`);
  const extra = directory.subarray(nameStart + nameBytes, nameStart + nameBytes + extraBytes);
  const [original, stored, headerOffset] = resolve64(file, extra, [
    // In this order in the extra field: the original size first.
    header.readUInt32LE(24),
    header.readUInt32LE(20),
    header.readUInt32LE(42),
  ]);
  if (stored !== original) fail(file, `${what} has two sizes`);
  return { name, headerOffset, byteLength: stored, bytes };
}

/** Of three fields those that are too large for 32 bits stand in the extra field. */
function resolve64(
  file: SourceFile,
  extra: Buffer,
  fields: readonly [number, number, number],
): readonly [number, number, number] {
  if (!fields.includes(inExtra32)) return fields;
  let position = findExtra(file, extra, zip64ExtraId);
  const next = (field: number): number => {
    if (field !== inExtra32) return field;
    if (position + 8 > extra.length) fail(file, 'a zip64 field is damaged');
    position += 8;
    return integer64(file, extra, position - 8);
  };
  return [next(fields[0]), next(fields[1]), next(fields[2])];
}

function findExtra(file: SourceFile, extra: Buffer, wanted: number): number {
  for (let position = 0; position + 4 <= extra.length; ) {
    if (extra.readUInt16LE(position) === wanted) return position + 4;
    position += 4 + extra.readUInt16LE(position + 2);
  }
  fail(file, 'a zip64 field is missing');
}

/** Name and extra field stand once more before the bytes, and the extra field is often another there. */
async function located(
  file: SourceFile,
  name: string,
  { headerOffset, byteLength }: Pick<DirectoryEntry, 'headerOffset' | 'byteLength'>,
): Promise<ZipEntry> {
  const what = `the file ${JSON.stringify(name.slice(0, 200))}`;
  requireInside(file, headerOffset, localHeaderBytes, what);
  const header = await file.read(headerOffset, localHeaderBytes);
  if (header.readUInt32LE(0) !== localSignature) fail(file, `${what} is not where the directory says`);
  const offset = headerOffset + localHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  requireInside(file, offset, byteLength, what);
  return { name, offset, byteLength };
}

function integer64(file: SourceFile, bytes: Buffer, position: number): number {
  const value = bytes.readBigUInt64LE(position);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) fail(file, `a size of ${value}`);
  return Number(value);
}

function requireInside(file: SourceFile, offset: number, length: number, what: string): void {
  if (offset + length > file.byteLength) fail(file, `${what} lies beyond the end`);
}

function fail(file: SourceFile, cause: string): never {
  throw new ModelImportError('weights_malformed', `${file.path}: ${cause}: the archive is damaged`);
}
