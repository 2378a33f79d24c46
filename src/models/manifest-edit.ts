import { randomBytes } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Document, isMap, isNode, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { systemCodeOf } from '../errors.ts';
import { fileProblem } from '../files.ts';
import { ModelError } from './errors.ts';
import { manifestFileName, parseManifest } from './manifest.ts';

/** Keys of `engine_config` as the file spells them, with their new values. */
export type EngineConfigChanges = Readonly<Record<string, number | boolean>>;

/**
 * A manifest with other values in its `engine_config`. Everything else stays as it was written, comments and line breaks too;
 * keys that were not there come last.
 * @param path where it lies, for messages
 * @throws ModelError `manifest_invalid` where it is none before or afterwards
 */
export function changedManifest(yaml: string, changes: EngineConfigChanges, path: string): string {
  parseManifest(yaml, path);
  const document = parseDocument(yaml);
  const section = document.get('engine_config', true);
  const changed =
    isMap<Scalar>(section) && section.flow !== true
      ? withLines(yaml, section, changes)
      : withValues(document, changes);
  parseManifest(changed, path);
  return changed;
}

/** Changes the values in the text itself. */
function withLines(yaml: string, section: YAMLMap<Scalar>, changes: EngineConfigChanges): string {
  const values = new Map(section.items.map(({ key, value }) => [key.value, value]));
  const added = Object.entries(changes).filter(([key]) => !values.has(key));
  const replaced = Object.entries(changes).flatMap(([key, value]) => {
    const node = values.get(key);
    return isNode(node) && node.range ? [{ range: node.range, text: String(value) }] : [];
  });
  const [first] = section.items;
  const last = section.items.at(-1)?.value;
  const indent = ' '.repeat(columnAt(yaml, first?.key.range?.[0] ?? 0));
  const valueEnd = isNode(last) && last.range ? last.range[1] : yaml.length;
  // A list with a line for each entry ends behind its last line.
  const lastEnd = yaml.slice(0, valueEnd).trimEnd().length;
  const lineEnd = yaml.indexOf('\n', lastEnd);
  const end = lineEnd < 0 ? yaml.length : lineEnd;
  let text = `${yaml.slice(0, end)}${added.map(([key, value]) => `\n${indent}${key}: ${value}`).join('')}${yaml.slice(end)}`;
  // From the end, so that the places before stay where they are.
  for (const { range, text: value } of replaced.sort((a, b) => b.range[0] - a.range[0])) {
    text = text.slice(0, range[0]) + value + text.slice(range[1]);
  }
  return text;
}

/** For a section in one line, `{...}`: the library writes the document anew. */
function withValues(document: Document, changes: EngineConfigChanges): string {
  for (const [key, value] of Object.entries(changes)) document.setIn(['engine_config', key], value);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function columnAt(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/**
 * Writes other values into the `engine_config` of a model's `theo.yaml`, all of them or none.
 * @param folder the model's
 * @returns the file's path
 * @throws ModelError
 */
export async function changeManifest(folder: string, changes: EngineConfigChanges): Promise<string> {
  const path = join(folder, manifestFileName);
  // Of a link, what it leads to is changed.
  const file = await realpath(path).catch((error: unknown) => {
    throw new ModelError('manifest_unreadable', `${path}: cannot be read: ${fileProblem(error)}`);
  });
  const changed = changedManifest(await readFile(file, 'utf8'), changes, path);
  const draft = join(dirname(file), `.${manifestFileName}-${randomBytes(6).toString('hex')}`);
  try {
    await using handle = await open(draft, 'wx', (await stat(file)).mode);
    await handle.writeFile(changed);
    await handle.sync();
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    const isForbidden = ['EACCES', 'EPERM', 'EROFS'].includes(systemCodeOf(error) ?? '');
    const problem = isForbidden ? 'no permission to write there' : fileProblem(error);
    throw new ModelError('target_unwritable', `${path}: cannot be changed: ${problem}`, { cause: error });
  }
  return path;
}
