import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ModelImportError } from '#theo/models/import/errors.js';
import { importModel } from '#theo/models/import/import-model.js';
import { loadNative } from '#theo/native.js';
import {
  encodeModel,
  multilingual,
  vocabularyTokens,
  whisperVariables,
  writeFolder,
} from '../../../support/ctranslate2-folder.ts';

const addon = loadNative();
const root = mkdtempSync(join(tmpdir(), 'theo-import-'));
afterAll(() => rmSync(root, { recursive: true }));

const vocabulary = vocabularyTokens(multilingual.vocabulary).join('\n');
const config = JSON.stringify({ alignment_heads: [[0, 0]], lang_ids: [50_259, 50_267] });
const folder = join(root, 'source');
const modelsDir = join(root, 'models');

/** A model that the engine takes, or a ModelImportError: nothing else may come of any bytes. */
async function expectModelOrError(model: Buffer, files: Readonly<Record<string, string>>): Promise<void> {
  writeFolder(folder, model, files);
  try {
    const { weightsPath } = await importModel({
      source: folder,
      modelsDir,
      addon,
      quantization: 'f16',
      force: true,
    });
    const loaded = await addon.loadModel(weightsPath, { useGpu: false, int8: true, prepareSilence: false });
    loaded.close();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelImportError);
  }
}

test.each(['float16', 'int8'] as const)(
  'whatever happened to a model.bin of %s',
  { timeout: 120_000 },
  async (type) => {
    // The embeddings come first and are nearly all of the file: most damage goes to what lies around them.
    const sound = encodeModel(whisperVariables(multilingual), { type });
    const embeddings = sound.indexOf('decoder/position_encodings/encodings');
    const position = fc.oneof(
      fc.nat(200),
      fc.integer({ min: embeddings, max: sound.length - 1 }),
      fc.integer({ min: embeddings, max: sound.length - 1 }),
      fc.nat(sound.length - 1),
    );
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff));
    const before = process.resourceUsage().maxRSS;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(position, byte), { maxLength: 4 }),
        fc.option(position, { freq: 3 }),
        async (edits, end) => {
          const damaged = Buffer.from(sound);
          for (const [at, value] of edits) damaged[at] = value;
          await expectModelOrError(damaged.subarray(0, end ?? damaged.length), {
            'vocabulary.txt': vocabulary,
            'config.json': config,
          });
        },
      ),
      { numRuns: 100 },
    );
    // In kilobytes.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(400_000);
  },
);

test('whatever the files beside it hold', { timeout: 120_000 }, async () => {
  const sound = encodeModel(whisperVariables(multilingual), { type: 'float16' });
  const name = fc.constantFrom('vocabulary.json', 'vocabulary.txt', 'tokenizer.json', 'config.json');
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .json()
      .map((tokens) =>
        JSON.stringify({ model: { vocab: JSON.parse(tokens) as unknown }, added_tokens: [1, null] }),
      ),
    fc.json().map((value) => JSON.stringify({ lang_ids: JSON.parse(value) as unknown })),
  );
  await fc.assert(
    fc.asyncProperty(name, text, async (file, contents) => {
      for (const other of ['vocabulary.json', 'tokenizer.json']) rmSync(join(folder, other), { force: true });
      const others = file === 'config.json' ? { 'vocabulary.txt': vocabulary } : {};
      await expectModelOrError(sound, { ...others, [file]: contents });
    }),
    { numRuns: 100 },
  );
});

test('random bytes', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, hasVersion) => {
      const version = hasVersion ? [6, 0, 0, 0, 12, 0, ...Buffer.from('WhisperSpec\0')] : [];
      await expectModelOrError(Buffer.from([...version, ...bytes]), { 'vocabulary.txt': vocabulary });
    }),
    { numRuns: 200 },
  );
});
