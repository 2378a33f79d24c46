import { foreignFormat } from '../../foreign-formats.ts';
import { ModelImportError } from '../errors.ts';
import { FileCursor } from '../file-cursor.ts';
import { SourceFile, type StoredTensor, type StoredTensors } from '../stored-tensors.ts';

type ElementType = 'float32' | 'int8' | 'int16' | 'int32' | 'float16' | 'bfloat16';

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

/** A `model.bin` of CTranslate2: its variables are the tensors, with aliases resolved. */
export interface CTranslate2File extends StoredTensors {
  /** What kind of model it is, such as "WhisperSpec". */
  readonly specification: string;
}

/**
 * Opens a `model.bin` of versions 2 to 6 and reads its headers; the file has to be what they say to the last byte.
 * @throws ModelImportError
 */
export async function openCTranslate2File(path: string): Promise<CTranslate2File> {
  const file = await SourceFile.open(path);
  try {
    const { specification, variables } = await readContents(file);
    return { path, files: [file], specification, byName: variables };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readContents(
  file: SourceFile,
): Promise<{ specification: string; variables: ReadonlyMap<string, StoredTensor> }> {
  const { path } = file;
  const foreign = foreignFormat(await file.read(0, Math.min(file.byteLength, 64)));
  if (foreign !== undefined) {
    throw new ModelImportError('not_ctranslate2', `${path}: not a CTranslate2 model but ${foreign}`);
  }
  const cursor = new FileCursor(file);
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
  const variables = withScales(path, await readVariables(cursor, file, version));
  if (version >= 3) await readAliases(cursor, variables);
  if (cursor.position !== cursor.size) {
    cursor.fail(`${cursor.size - cursor.position} bytes follow the last alias`);
  }
  return { specification, variables };
}

async function readVariables(
  cursor: FileCursor,
  file: SourceFile,
  version: number,
): Promise<Map<string, StoredTensor>> {
  const variables = new Map<string, StoredTensor>();
  const count = await cursor.unsigned(4, 'the number of variables');
  if (count > maxVariables) cursor.fail(`${count} variables, at most ${maxVariables} are plausible`);
  for (let index = 0; index < count; index++) {
    const variable = await readVariable(cursor, file, version);
    if (variables.has(variable.name)) cursor.fail(`the variable "${variable.name}" is there twice`);
    variables.set(variable.name, variable);
  }
  return variables;
}

async function readVariable(cursor: FileCursor, file: SourceFile, version: number): Promise<StoredTensor> {
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
  return { name, shape, type, file, offset, byteLength };
}

async function readAliases(cursor: FileCursor, variables: Map<string, StoredTensor>): Promise<void> {
  const count = await cursor.unsigned(4, 'the number of aliases');
  if (count > maxVariables) cursor.fail(`${count} aliases, at most ${maxVariables} are plausible`);
  for (let index = 0; index < count; index++) {
    const alias = await cursor.text(maxNameBytes, 'an alias');
    const name = await cursor.text(maxNameBytes, `the name that "${alias}" stands for`);
    const variable = variables.get(name);
    if (!variable) cursor.fail(`the alias "${alias}" stands for "${name}", which is not there`);
    if (variables.has(alias)) cursor.fail(`the alias "${alias}" is a variable already`);
    variables.set(alias, { ...variable, name: alias });
  }
}

/**
 * Rows of 8-bit integers have a scale each, in a variable of their own.
 * @throws ModelImportError `tensor_missing`
 */
function withScales(path: string, variables: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  return new Map(
    Array.from(variables, ([name, variable]) => {
      if (variable.type !== 'int8' || variable.shape.length === 0) return [name, variable];
      const scales = variables.get(`${name}_scale`);
      if (!scales) {
        throw new ModelImportError('tensor_missing', `${path}: the tensor "${name}_scale" is missing`);
      }
      return [name, { ...variable, scales }];
    }),
  );
}
