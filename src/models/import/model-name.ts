import { basename } from 'node:path';
import { canonicalModelName } from '../names.ts';

/**
 * The name for a model that is imported from a folder: the folder's, without what no name may have; of a snapshot in
 * Hugging Face's cache, the repository's. Not a model's name where nothing is left.
 * @param folder - absolute path.
 */
export function importedModelName(folder: string): string {
  const [, repository] = /models--[^/\\]*--([^/\\]+)[/\\]snapshots[/\\][^/\\]+$/.exec(folder) ?? [];
  const name = (repository ?? basename(folder))
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return canonicalModelName(name);
}
