// Makes a model of random weights in the shape of one of OpenAI's, to see how large models load where none can be had:
//   npm run build && node scripts/make-random-model.mjs SHAPE MODELS_DIR [TYPE]
//
// SHAPE is one of those below; TYPE of the matrices is f16, the default, or another of ggml's. The model is called
// random-SHAPE and is written a few megabytes at a time. It hears nothing: its text is noise.
import { mkdirSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileHeader, storedType, tensorHeader } from '../dist/models/import/ggml-file.js';
import { whisperTensors } from '../dist/models/import/whisper-tensors.js';
import { languagesOfVocabulary } from '../dist/models/whisper/languages.js';
import { manifestYaml } from '../dist/models/whisper/manifest-yaml.js';
import { loadNative } from '../dist/native.js';

const common = { audioContext: 1_500, textContext: 448 };
const large = { ...common, vocabulary: 51_866, state: 1_280, mels: 128 };
/** Head counts, widths and layers of OpenAI's checkpoints. */
const shapes = {
  base: { ...sizes(512, 8, 6, 6), ...common, vocabulary: 51_865, mels: 80 },
  small: { ...sizes(768, 12, 12, 12), ...common, vocabulary: 51_865, mels: 80 },
  medium: { ...sizes(1_024, 16, 24, 24), ...common, vocabulary: 51_865, mels: 80 },
  'large-v3': { ...sizes(1_280, 20, 32, 32), ...large },
  'large-v3-turbo': { ...sizes(1_280, 20, 32, 4), ...large },
};
const textTokens = 50_257;
const weightsAtOnce = 1 << 20;

const [, , shape = '', modelsDir, type = 'f16'] = process.argv;
const dimensions = shapes[/** @type {keyof typeof shapes} */ (shape)];
if (dimensions === undefined || modelsDir === undefined) {
  console.error(`node scripts/make-random-model.mjs ${Object.keys(shapes).join('|')} MODELS_DIR [TYPE]`);
  process.exit(2);
}
const name = `random-${shape}`;
const folder = join(modelsDir, name);
const weightsFile = `${name}-${type}.bin`;
mkdirSync(folder, { recursive: true });
const weightsBytes = await writeWeights(join(folder, weightsFile));
const yaml = manifestYaml({
  name,
  description: `Random weights in the shape of Whisper ${shape}.`,
  weightsFile,
  weightsBytes,
  dimensions,
  languages: languagesOfVocabulary(dimensions.vocabulary),
  translates: true,
  alignmentHeads: [],
});
writeFileSync(join(folder, 'theo.yaml'), yaml);
console.log(`made ${folder}: ${(weightsBytes / 1e6).toFixed(1)} MB`);

/** @param {number} state @param {number} heads @param {number} audioLayers @param {number} textLayers */
function sizes(state, heads, audioLayers, textLayers) {
  return { state, audioHeads: heads, textHeads: heads, audioLayers, textLayers };
}

/** @param {string} path @returns {Promise<number>} the file's bytes */
async function writeWeights(path) {
  const addon = loadNative();
  const file = openSync(path, 'w');
  let written = 0;
  /** @param {Uint8Array} bytes */
  const write = (bytes) => {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    written += bytes.length;
  };
  const matrixType = /** @type {import('../dist/native.js').NativeWeightType} */ (type);
  write(fileHeader(dimensions, matrixType, vocabulary()));
  const noise = randomWeights(weightsAtOnce);
  for (const tensor of whisperTensors(dimensions)) {
    write(tensorHeader(tensor, matrixType));
    const stored = storedType(tensor, matrixType);
    const rowLength = tensor.shape.slice(1).reduce((product, length) => product * length, 1);
    const rowsAtOnce = Math.max(1, Math.floor(weightsAtOnce / rowLength));
    const rows = tensor.shape[0] ?? 0;
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const weights = noise.slice(0, Math.min(rowsAtOnce, rows - row) * rowLength);
      write(
        stored === 'f32' ? new Uint8Array(weights.buffer) : await addon.quantize(stored, weights, rowLength),
      );
    }
  }
  return written;
}

/** Small enough that no layer overflows. @param {number} count */
function randomWeights(count) {
  let seed = 1;
  return Float32Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (seed / 2 ** 32 - 0.5) / 16;
  });
}

/** The text tokens of the model that comes along. @returns {Buffer[]} */
function vocabulary() {
  const path = new URL('../models/whisper-base/whisper-base-q8_0.bin', import.meta.url);
  const bytes = Buffer.alloc(2 ** 21);
  readSync(openSync(fileURLToPath(path), 'r'), bytes, 0, bytes.length, 0);
  // Eleven integers behind the magic one, then bands and bins of the filters, then the filters.
  const filters = bytes.readInt32LE(48) * bytes.readInt32LE(52) * 4;
  let position = 56 + filters + 4;
  return Array.from({ length: textTokens }, () => {
    const length = bytes.readInt32LE(position);
    position += 4 + length;
    return bytes.subarray(position - length, position);
  });
}
