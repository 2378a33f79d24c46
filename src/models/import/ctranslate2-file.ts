import type { FileHandle } from 'node:fs/promises';
import { openFile } from '../../files.ts';
import { ModelImportError } from './errors.ts';
import { FileCursor, readAt, reading } from './file-cursor.ts';
import { foreignFormat } from './foreign-formats.ts';

export type ElementType = 'float32' | 'int8' | 'int16' | 'int32' | 'float16' | 'bfloat16';

/** By the number that stands for them in the file. */
const elementTypes: readonly ElementType[] = ['float32', 'int8', 'int16', 'int32', 'float16', 'bfloat16'];
/** Versions before 4 give an element's size instead. */
const elementTypesBySize: Readonly<Record<number, ElementType>> = { 1: 'int8', 2: 'int16', 4: 'float32' };
const elementBytes: Readonly<Record<ElementType, number>> = {
  float32: 4,
  int8: 1,
  int16: 2,
  int32: 4,
  float16: 2,
  bfloat16: 2,
};

const oldestVersion = 2;
const newestVersion = 6;
/** A version beyond this is no version: the file is something else. */
const highestPlausibleVersion = 99;
const maxVariables = 65_536;
const maxNameBytes = 512;
const maxRank = 4;

/** A tensor of the file. */
export interface Variable {
  readonly name: string;
  /** Empty for a scalar. */
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly elementBytes: number;
  /** Where its elements lie in the file, row by row. */
  readonly offset: number;
  readonly byteLength: number;
}

/** A `model.bin` of CTranslate2, versions 2 to 6: its variables by name, read from the file when asked for. */
export class CTranslate2File {
  readonly path: string;
  readonly byteLength: number;
  /** What kind of model it is, such as "WhisperSpec". */
  readonly specification: string;
  /** With aliases resolved. */
  readonly variables: ReadonlyMap<string, Variable>;
  readonly #file: FileHandle;

  private constructor(
    file: FileHandle,
    path: string,
    byteLength: number,
    contents: { specification: string; variables: ReadonlyMap<string, Variable> },
  ) {
    this.#file = file;
    this.path = path;
    this.byteLength = byteLength;
    this.specification = contents.specification;
    this.variables = contents.variables;
  }

  /**
   * Reads the headers; the file has to be what they say to the last byte.
   * @throws ModelImportError
   */
  static async open(path: string): Promise<CTranslate2File> {
    const file = await reading(path, () => openFile(path));
    try {
      const stats = await file.stat();
      const cursor = new FileCursor(file, path, stats.size);
      return new CTranslate2File(file, path, stats.size, await readContents(cursor, file, path));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Elements of a variable, from byte `start` of it on. */
  async read(variable: Variable, start: number, length: number): Promise<Buffer<ArrayBuffer>> {
    return readAt(this.#file, this.path, variable.offset + start, length);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function readContents(
  cursor: FileCursor,
  file: FileHandle,
  path: string,
): Promise<{ specification: string; variables: ReadonlyMap<string, Variable> }> {
  const foreign = foreignFormat(await readAt(file, path, 0, Math.min(cursor.size, 64)));
  if (foreign !== undefined) {
    throw new ModelImportError('not_ctranslate2', `${path}: not a CTranslate2 model but ${foreign}`);
  }
  const version = await cursor.unsigned(4, 'the version');
  if (version === 0 || version > highestPlausibleVersion) {
    throw new ModelImportError('not_ctranslate2', `${path}: not a CTranslate2 model`);
  }
  if (version < oldestVersion || version > newestVersion) {
    throw new ModelImportError(
      'version_unsupported',
      `${path}: CTranslate2 file version ${version}; versions ${oldestVersion} to ${newestVersion} can be read`,
    );
  }
  const specification = await cursor.text(maxNameBytes, 'the name of the specification');
  await cursor.unsigned(4, 'the revision of the specification');
  const variables = await readVariables(cursor, version);
  if (version >= 3) await readAliases(cursor, variables);
  if (cursor.position !== cursor.size) {
    cursor.fail(`${cursor.size - cursor.position} bytes follow the last alias`);
  }
  return { specification, variables };
}

async function readVariables(cursor: FileCursor, version: number): Promise<Map<string, Variable>> {
  const variables = new Map<string, Variable>();
  const count = await cursor.unsigned(4, 'the number of variables');
  if (count > maxVariables) cursor.fail(`${count} variables, at most ${maxVariables} are plausible`);
  for (let index = 0; index < count; index++) {
    const variable = await readVariable(cursor, version);
    if (variables.has(variable.name)) cursor.fail(`the variable "${variable.name}" is there twice`);
    variables.set(variable.name, variable);
  }
  return variables;
}

async function readVariable(cursor: FileCursor, version: number): Promise<Variable> {
  const name = await cursor.text(maxNameBytes, "a variable's name");
  const what = `the variable "${name}"`;
  const rank = await cursor.unsigned(1, what);
  if (rank > maxRank) cursor.fail(`${what} has ${rank} dimensions, at most ${maxRank} are plausible`);
  const shape: number[] = [];
  for (let dimension = 0; dimension < rank; dimension++) shape.push(await cursor.unsigned(4, what));

  const typeNumber = await cursor.unsigned(1, what);
  const type = version >= 4 ? elementTypes[typeNumber] : elementTypesBySize[typeNumber];
  if (type === undefined) cursor.fail(`${what} has the unknown type ${typeNumber}`);
  const count = await cursor.unsigned(4, what);
  const byteLength = version >= 4 ? count : count * elementBytes[type];
  const expected = shape.reduce((product, dimension) => product * dimension, elementBytes[type]);
  if (byteLength !== expected) {
    cursor.fail(`${what} of ${type} [${shape.join(', ')}] has ${byteLength} bytes, not ${expected}`);
  }
  const offset = cursor.position;
  cursor.skip(byteLength, what);
  return { name, shape, type, elementBytes: elementBytes[type], offset, byteLength };
}

async function readAliases(cursor: FileCursor, variables: Map<string, Variable>): Promise<void> {
  const count = await cursor.unsigned(4, 'the number of aliases');
  if (count > maxVariables) cursor.fail(`${count} aliases, at most ${maxVariables} are plausible`);
  for (let index = 0; index < count; index++) {
    const alias = await cursor.text(maxNameBytes, 'an alias');
    const name = await cursor.text(maxNameBytes, `the name that "${alias}" stands for`);
    const variable = variables.get(name);
    if (!variable) cursor.fail(`the alias "${alias}" stands for "${name}", which is not there`);
    if (variables.has(alias)) cursor.fail(`the alias "${alias}" is a variable already`);
    variables.set(alias, variable);
  }
}
