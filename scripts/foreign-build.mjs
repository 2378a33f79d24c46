import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Throws away a build folder that CMake made for another source folder: one that was copied or moved together with its
 * checkout. CMake refuses to go on in it.
 * @param {string} outDir the build folder
 * @param {string} root the source folder
 * @returns {boolean} whether there was one
 */
export function removeForeignBuild(outDir, root) {
  const cache = join(outDir, 'CMakeCache.txt');
  if (!existsSync(cache)) return false;
  const text = readFileSync(cache, 'utf8');
  const madeFor = cacheEntry(text, 'CMAKE_HOME_DIRECTORY');
  const madeIn = cacheEntry(text, 'CMAKE_CACHEFILE_DIR');
  if (isSameFolder(madeFor, root) && isSameFolder(madeIn, outDir)) return false;
  rmSync(outDir, { recursive: true });
  return true;
}

/** @param {string} cache @param {string} name */
function cacheEntry(cache, name) {
  return new RegExp(`^${name}:INTERNAL=(.*)$`, 'm').exec(cache)?.[1]?.trim();
}

/** @param {string | undefined} a @param {string} b */
function isSameFolder(a, b) {
  return a !== undefined && existsSync(a) && realpathSync(a) === realpathSync(b);
}
