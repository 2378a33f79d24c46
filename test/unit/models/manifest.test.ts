import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ModelError } from '#theo/models/errors.js';
import { type ModelManifest, parseManifest } from '#theo/models/manifest.js';
import { canonicalModelName, isModelName, modelReference, sameModelNames } from '#theo/models/names.js';

const path = '/models/m/theo.yaml';
const minimal = { name: 'm', version: '1.0.0', engine: 'whisper.cpp', engine_config: { file: 'm.bin' } };

function parse(document: object): ModelManifest {
  return parseManifest(stringify(document), path);
}

function failure(yaml: string): { code: string; message: string } {
  try {
    parseManifest(yaml, path);
  } catch (error) {
    if (error instanceof ModelError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('the manifest was accepted');
}

test('what a manifest leaves out has a cautious default', () => {
  expect(parse(minimal)).toEqual({
    name: 'm',
    version: '1.0.0',
    engine: 'whisper.cpp',
    type: 'stt',
    description: '',
    capabilities: {
      streaming: true,
      architecture: 'encoder-decoder',
      languages: [],
      wordTimestamps: false,
      translation: false,
      partialTranscripts: true,
      hotWords: false,
      batchInference: true,
      languageDetection: false,
      initialPrompt: false,
    },
    resources: { memoryMb: 0, gpuRequired: false, gpuRecommended: false, loadTimeSeconds: 0 },
    engineConfig: {
      file: 'm.bin',
      device: 'auto',
      beamSize: 1,
      patience: 1,
      lengthPenalty: null,
      bestOf: 5,
      temperatures: [0, 0.2, 0.4, 0.6, 0.8, 1],
      threads: 0,
      decodeBatch: 0,
      decodeSlots: 0,
      audioCtx: 'auto',
      minAudioCtx: 1,
      audioCtxMargin: 8,
      int8: true,
      alignmentHeads: [],
      partialIntervalMs: 0,
      suppressTokens: [],
    },
  });
});

test("theo-demo's manifest says what the model can do", () => {
  const manifest = parseManifest(readFileSync('test/fixtures/models/theo-demo/theo.yaml', 'utf8'), path);
  expect(manifest).toMatchObject({
    name: 'theo-demo',
    capabilities: {
      languages: ['pt', 'en'],
      wordTimestamps: false,
      translation: false,
      initialPrompt: false,
    },
    engineConfig: { file: 'theo-demo-q8_0.bin', audioCtx: 'auto', minAudioCtx: 64 },
  });
  expect(manifest.description).toMatch(/synthesized/);
});

test.each(['auto', 'full', 1, 1_500])('audio_ctx may be %j', (audio_ctx) => {
  const { engineConfig } = parse({ ...minimal, engine_config: { file: 'm.bin', audio_ctx } });
  expect(engineConfig.audioCtx).toBe(audio_ctx);
});

test('the heads that follow the speech may stand in engine_config', () => {
  const heads = [
    [3, 1],
    [4, 7],
  ];
  const { engineConfig } = parse({ ...minimal, engine_config: { file: 'm.bin', alignment_heads: heads } });
  expect(engineConfig.alignmentHeads).toEqual(heads);
  expect(parse(minimal).engineConfig.alignmentHeads).toEqual([]);
});

test('how texts are searched for may stand in engine_config', () => {
  const search = { beam_size: 5, patience: 1.5, length_penalty: 1, best_of: 3, temperatures: [0, 1] };
  expect(parse({ ...minimal, engine_config: { file: 'm.bin', ...search } }).engineConfig).toMatchObject({
    beamSize: 5,
    patience: 1.5,
    lengthPenalty: 1,
    bestOf: 3,
    temperatures: [0, 1],
  });
});

test('the tokens that are never to be chosen are read', () => {
  const engine_config = { file: 'm.bin', suppress_tokens: [1, 50_258] };
  expect(parse({ ...minimal, engine_config }).engineConfig.suppressTokens).toEqual([1, 50_258]);
});

describe('an error names the file and the key', () => {
  test.each([
    [{ name: '../m' }, /^name: must be letters, digits, '-', '_' and '\.'/],
    [{ name: undefined }, /^name: is missing; it must be a string$/],
    [{ version: undefined }, /^version: is missing; it must be a string such as "1\.0\.0"$/],
    [{ version: 1.5 }, /^version: must be text: put quotes around it, as in "1\.5"$/],
    [{ version: [1] }, /^version: must be a string such as "1\.0\.0"$/],
    [{ engine: undefined }, /^engine: is missing; it must be "whisper\.cpp"$/],
    [{ engine: 'vosk' }, /^engine: must be "whisper\.cpp"$/],
    [{ engine: 'faster-whisper' }, /^engine: must be "whisper\.cpp"; "theo import FOLDER" makes/],
    [{ type: 'tts' }, /^type: must be "stt"$/],
    [{ descripton: 'x' }, /^document: unknown key "descripton"; did you mean "description"\?$/],
    [{ capabilities: { partial: true } }, /^capabilities: unknown key "partial" \(allowed: streaming, /],
    [{ capabilities: { streaming: 'yes' } }, /^capabilities.streaming: must be true or false$/],
    [{ capabilities: { languages: ['english'] } }, /^capabilities.languages.0: must be an ISO 639-1 code/],
    [{ capabilities: { languages: 'en' } }, /^capabilities.languages: must be a list of language codes$/],
    [
      { capabilities: { architecture: 'rnn' } },
      /^capabilities.architecture: must be one of "encoder-decoder", "ctc"/,
    ],
    [{ capabilities: [] }, /^capabilities: must be a mapping of keys to values$/],
    [{ resources: { memory_mb: -1 } }, /^resources.memory_mb: must be a number from 0 to /],
    [{ resources: { memory_mb: 'lots' } }, /^resources.memory_mb: must be a number from 0 to /],
    [{ engine_config: undefined }, /^engine_config: is missing; it must be a mapping of keys to values$/],
    [{ engine_config: {} }, /^engine_config.file: is missing; it must be the name of the weights file$/],
    [
      { engine_config: { file: 'm.bin', beamsize: 5 } },
      /^engine_config: unknown key "beamsize"; did you mean "beam_size"\?$/,
    ],
    [
      { engine_config: { file: 'm.bin', temperatures: [0, 0.4, 0.2] } },
      /^engine_config.temperatures: must be a list of 1 to 20 rising numbers from 0 to 1$/,
    ],
    [
      { engine_config: { file: 'm.bin', alignment_heads: [3, 1] } },
      /^engine_config.alignment_heads.0: must be a list of \[layer, head\]/,
    ],
    [
      { engine_config: { file: 'm.bin', suppress_tokens: [51_866] } },
      /^engine_config.suppress_tokens.0: must be an integer from 0 to 51865/,
    ],
    [
      { engine_config: { file: 'm.bin', suppress_tokens: Array.from(Array(1_001).keys()) } },
      /^engine_config.suppress_tokens: must have at most 1000 entries/,
    ],
    [
      { engine_config: { file: '../../etc/passwd' } },
      /^engine_config.file: must be a file name in the model folder/,
    ],
    [
      { engine_config: { file: 'm.bin', device: 'tpu' } },
      /^engine_config.device: must be one of "auto", "cpu", "cuda"$/,
    ],
    [
      { engine_config: { file: 'm.bin', patience: 0.5 } },
      /^engine_config.patience: must be a number from 1 to 10$/,
    ],
    [
      { engine_config: { file: 'm.bin', beam_size: 0 } },
      /^engine_config.beam_size: must be an integer from 1 to 16$/,
    ],
    [
      { engine_config: { file: 'm.bin', audio_ctx: 1_501 } },
      /^engine_config.audio_ctx: must be "auto", "full" or an integer from 1 to 1500$/,
    ],
  ])('%j', (change, message) => {
    const { code, message: full } = failure(stringify({ ...minimal, ...change }));
    expect(code).toBe('manifest_invalid');
    expect(full.startsWith(`${path}: `)).toBe(true);
    expect(full.slice(path.length + 2)).toMatch(message);
  });

  test('and tells of every mistake', () => {
    const { message } = failure(
      'name: m\nengine: x\ncapabilities: {streaming: 1}\nengine_config: {file: m.bin}',
    );
    expect(message).toBe(
      `${path}: version: is missing; it must be a string such as "1.0.0"; engine: must be "whisper.cpp"; ` +
        'capabilities.streaming: must be true or false',
    );
  });

  test('of many mistakes it counts the last ones', () => {
    const capabilities = Object.fromEntries(
      [
        'streaming',
        'translation',
        'hot_words',
        'batch_inference',
        'word_timestamps',
        'initial_prompt',
        'languages',
      ].map((key) => [key, 'yes']),
    );
    expect(failure(stringify({ ...minimal, capabilities })).message).toMatch(/; and 2 more$/);
  });

  test.each([
    ['nothing', ''],
    ['a list', '- name'],
    ['broken YAML', 'name: [m'],
    ['a key twice', 'name: m\nname: m'],
  ])('%s', (_, yaml) => {
    const error = failure(yaml);
    expect(error.code).toBe('manifest_invalid');
    expect(error.message).toMatch(/^\/models\/m\/theo\.yaml: .+/);
  });

  test('too large', () => {
    expect(failure(`# ${'x'.repeat(65_536)}`).code).toBe('manifest_too_large');
  });

  test('aliases that blow up', () => {
    const levels = 'abcdefgh'.split('');
    const bomb = levels.map((name, index) => {
      const parent = levels[index - 1];
      return `${name}: &${name} [${parent ? Array(9).fill(`*${parent}`).join(',') : 'x'}]`;
    });
    expect(failure(bomb.join('\n')).code).toBe('manifest_invalid');
  });
});

test('any text is a manifest or a ModelError', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        parseManifest(text, path);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError);
      }
    }),
  );
});

describe('names', () => {
  test.each(['theo-demo', 'whisper-large-v3.1', 'A_1'])('%s is one', (name) => {
    expect(isModelName(name)).toBe(true);
  });

  test.each(['', '.', '..', '.hidden', '-x', 'a/b', 'a\\b', 'a b', 'é', 'a\n', 'x'.repeat(129)])(
    '%j is none',
    (name) => {
      expect(isModelName(name)).toBe(false);
    },
  );

  test.each([
    ['faster-whisper-tiny', 'whisper-tiny'],
    ['faster-whisper-large-v3', 'whisper-large-v3'],
    ['whisper-tiny', 'whisper-tiny'],
    ['theo-demo', 'theo-demo'],
  ])('%s stands for %s', (name, expected) => {
    expect(canonicalModelName(name)).toBe(expected);
  });

  test.each([
    'whisper-small',
    'whisper-small:q5_1',
    'openai/whisper-small',
    'Systran/faster-whisper-large-v3',
    'small.en',
  ])('a model may be asked for by %s', (name) => {
    expect(modelReference.test(name)).toBe(true);
  });

  test.each(['', '../x', 'a/b/c', '/x', 'x/', 'x:', 'x:y:z', 'x:../y', 'a b', 'x\n', '-x'])(
    'and not by %j',
    (name) => {
      expect(modelReference.test(name)).toBe(false);
    },
  );

  test.each(['faster-whisper-base', 'whisper-base', 'base'])(
    '%s is one of the three names of a model',
    (name) => {
      const names = sameModelNames(name);
      expect(names[0]).toBe(name);
      expect(new Set(names)).toEqual(new Set(['faster-whisper-base', 'whisper-base', 'base']));
    },
  );
});
