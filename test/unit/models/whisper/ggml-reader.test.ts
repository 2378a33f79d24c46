import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ggmlManifest } from '#theo/models/catalogue/ggml-manifest.js';
import { ModelError } from '#theo/models/errors.js';
import { parseManifest } from '#theo/models/manifest.js';
import { readGgmlModel } from '#theo/models/whisper/ggml-reader.js';
import { ggmlFile } from '../../../support/ggml-file.ts';

const root = mkdtempSync(join(tmpdir(), 'theo-ggml-'));
afterAll(() => rmSync(root, { recursive: true }));

const path = join(root, 'w.bin');
function read(bytes: Buffer): ReturnType<typeof readGgmlModel> {
  writeFileSync(path, bytes);
  return readGgmlModel(path);
}

const embedded = resolve('models', 'whisper-base', 'whisper-base-q8_0.bin');

test('the embedded model: its sizes, its precision, and a manifest like its own', async () => {
  const model = await readGgmlModel(embedded);
  expect(model).toMatchObject({ type: 'q8_0', bytes: 81_768_585 });
  expect(model.dimensions).toMatchObject({ state: 512, audioLayers: 6, textHeads: 8, vocabulary: 51_865 });
  const options = { name: 'mine', weightsFile: 'mine-q8_0.bin', origin: 'From nowhere.' };
  const manifest = ggmlManifest(model, options);
  expect(manifest).toContain(
    'alignment_heads: [[3, 1], [4, 2], [4, 3], [4, 7], [5, 1], [5, 2], [5, 4], [5, 6]]',
  );
  expect(parseManifest(manifest, 'theo.yaml')).toMatchObject({
    name: 'mine',
    description:
      'Whisper, 6 encoder and 6 decoder layers of 512, 99 languages, weights in q8_0. From nowhere.',
    capabilities: { translation: true, languageDetection: true },
    engineConfig: { file: 'mine-q8_0.bin', audioCtx: 'auto' },
  });
});

test('English only, and sizes that are no model of OpenAI: no heads are claimed', async () => {
  const model = await read(ggmlFile({ header: { 0: 51_864, 8: 2 } }));
  const yaml = ggmlManifest(model, { name: 'mine', weightsFile: 'w.bin', origin: '' });
  expect(parseManifest(yaml, 'theo.yaml').capabilities).toMatchObject({
    languages: ['en'],
    translation: false,
    languageDetection: false,
  });
  expect(yaml).not.toContain('alignment_heads');
});

test('the sizes of large-v1, which are those of large-v2, too: no heads are claimed', async () => {
  const model = await read(ggmlFile({ header: { 2: 1_280, 3: 20, 4: 32, 6: 1_280, 7: 20, 8: 32 } }));
  expect(ggmlManifest(model, { name: 'm', weightsFile: 'w.bin', origin: '' })).not.toContain(
    'alignment_heads',
  );
});

test.each<[what: string, bytes: Buffer, code: string, told: string]>([
  ['an empty file', Buffer.alloc(0), 'weights_damaged', 'ends inside the magic number, at byte 0'],
  [
    'a web page',
    Buffer.from('<!DOCTYPE html><p>not found'),
    'not_whisper',
    'a web page: the download failed',
  ],
  ['a GGUF file', Buffer.from('GGUF\x03\0\0\0more'), 'not_whisper', 'a GGUF model'],
  [
    'the VAD of whisper.cpp',
    Buffer.concat([
      Buffer.from('lmgg'),
      Buffer.from([10, 0, 0, 0]),
      Buffer.from('silero-16k'),
      Buffer.alloc(99),
    ]),
    'not_whisper',
    'a ggml file, but not of a Whisper model: a vocabulary of 10 tokens',
  ],
  ['Parakeet', ggmlFile({ header: { 0: 8_192 } }), 'not_whisper', 'a vocabulary of 8192 tokens'],
  ['heads that do not fit', ggmlFile({ header: { 7: 5 } }), 'not_whisper', '5 decoder heads do not divide'],
  ['two widths', ggmlFile({ header: { 6: 512 } }), 'not_whisper', "384 wide and the decoder's 512"],
  ['an unknown precision', ggmlFile({ header: { 10: 24 } }), 'weights_damaged', 'weights of ftype 24'],
  ['other filters', ggmlFile({ header: { 9: 128 } }), 'weights_damaged', 'mel filters do not match'],
  ['no tensors', ggmlFile({ tensors: [] }), 'weights_damaged', 'has no tensors'],
  ['a cut tensor', ggmlFile().subarray(0, -1), 'weights_damaged', 'ends inside the tensor "decoder.ln.bias"'],
  [
    'a giant tensor',
    ggmlFile({ tensors: [{ name: 'x', shape: [2 ** 20, 2 ** 20, 2 ** 20, 2 ** 20], bytes: 9 }] }),
    'weights_damaged',
    'ends inside the tensor "x"',
  ],
  [
    'a tensor of no known type',
    ggmlFile({ tensors: [{ name: 'x', shape: [1], type: 39 }] }),
    'weights_damaged',
    'is of type 39',
  ],
  [
    'blocks that rows do not fill',
    ggmlFile({ tensors: [{ name: 'x', shape: [33], type: 8 }] }),
    'weights_damaged',
    'do not fill blocks of q8_0',
  ],
  [
    'a token too long',
    ggmlFile({ tokens: ['x'.repeat(4_097)] }),
    'weights_damaged',
    'token 0 has 4097 bytes',
  ],
  [
    'a vocabulary without end',
    ggmlFile({ tokens: new Array<string>(2_100).fill('x'.repeat(4_096)) }),
    'weights_damaged',
    'more than 8388608 bytes',
  ],
])('%s: a clear error', async (_what, bytes, code, told) => {
  const failure = await read(bytes).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ModelError);
  expect(failure).toMatchObject({ code, message: expect.stringContaining(`${path}: `) });
  expect(failure).toMatchObject({ message: expect.stringContaining(told) });
});

test('no file: told with the path', async () => {
  await expect(readGgmlModel(join(root, 'none'))).rejects.toThrow(`${join(root, 'none')}: cannot be read`);
  await expect(readGgmlModel(root)).rejects.toThrow('it is a folder');
});

test('whatever happened to a file: a model or a ModelError', { timeout: 120_000 }, async () => {
  const sound = ggmlFile({
    tokens: ['a', 'bc'],
    tensors: [
      { name: 'one', shape: [32] },
      { name: 'two', shape: [2, 3] },
    ],
  });
  const filtersEnd = 56 + 4 * 80 * 201;
  const position = fc.oneof(fc.nat(56), fc.integer({ min: filtersEnd, max: sound.length - 1 }));
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff));
  const edits = fc.array(fc.tuple(position, byte), { minLength: 1, maxLength: 4 });
  const end = fc.option(fc.oneof(position, fc.nat(sound.length)), { freq: 3 });
  await fc.assert(
    fc.asyncProperty(edits, end, async (changes, length) => {
      const damaged = Buffer.from(sound);
      for (const [at, value] of changes) damaged[at] = value;
      try {
        const { dimensions } = await read(damaged.subarray(0, length ?? damaged.length));
        expect(dimensions.vocabulary).toBeGreaterThanOrEqual(51_864);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
      }
    }),
    { numRuns: Number(process.env.THEO_TEST_MUTATIONS ?? 1_000) },
  );
});
