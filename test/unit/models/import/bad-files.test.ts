import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelImportErrorCode } from '#theo/models/import/errors.js';
import {
  encodeModel,
  multilingual,
  vocabularyTokens,
  writeFolder,
} from '../../../support/ctranslate2-folder.ts';
import { soundFile, soundVariables, useImportFolders } from '../../../support/model-import.ts';

const folders = useImportFolders();
const tokens = vocabularyTokens(multilingual.vocabulary);

describe('what is no model that can be imported', () => {
  test.each<[string, (folder: string) => void, ModelImportErrorCode, RegExp]>([
    ['is not there', () => {}, 'source_missing', /no such file or folder$/],
    [
      'is a file',
      (folder) => writeFileSync(folder, ''),
      'source_unsuitable',
      /give a \.safetensors or \.pt file or the folder with the model$/,
    ],
    ['is empty', (folder) => mkdirSync(folder), 'weights_missing', /neither model\.bin .*; found: nothing$/],
    [
      'holds something else',
      (folder) => writeFiles(folder, ['a.txt', 'b', 'c', 'd', 'e', 'f']),
      'weights_missing',
      /found: a\.txt, b, c, d, e, …$/,
    ],
    [
      'is an adapter in pickled form',
      (folder) => writeFiles(folder, ['adapter_config.json', 'adapter_model.bin']),
      'weights_missing',
      /an adapter in pickled form; save it with save_pretrained/,
    ],
    [
      'is a ggml model',
      (folder) => writeFiles(folder, ['ggml-base.bin']),
      'weights_missing',
      /a ggml model already/,
    ],
    ['is a GGUF model', (folder) => writeFiles(folder, ['x.gguf']), 'weights_missing', /a GGUF model/],
    [
      'is an ONNX model',
      (folder) => writeFiles(folder, ['encoder.onnx']),
      'weights_missing',
      /an ONNX model/,
    ],
    [
      'has a folder in the place of the weights',
      (folder) => mkdirSync(join(folder, 'model.bin'), { recursive: true }),
      'source_unreadable',
      /model\.bin: cannot be read \(it is a folder, not a file\)$/,
    ],
    [
      'has a pipe in the place of the weights',
      (folder) => {
        mkdirSync(folder);
        spawnSync('mkfifo', [join(folder, 'model.bin')]);
      },
      'source_unreadable',
      /model\.bin: cannot be read \(it is a pipe, not a file\)$/,
    ],
  ])('%s', async (_what, make, code, message) => {
    const folder = join(folders.root, 'source');
    make(folder);
    expect(await folders.failureOf(folder)).toEqual({ code, message: expect.stringMatching(message) });
    folders.expectNothingInstalled();
  });
});

function writeFiles(folder: string, names: readonly string[]): void {
  mkdirSync(folder);
  for (const name of names) writeFileSync(join(folder, name), '');
}

describe('a model.bin', () => {
  const withBytes = (position: number, ...bytes: readonly number[]): Buffer => {
    const changed = Buffer.from(soundFile);
    changed.set(bytes, position);
    return changed;
  };
  // The first variable: version, specification, revision and the number of variables lie before it.
  const firstVariable = 4 + 2 + 12 + 4 + 4;
  const firstName = 'encoder/num_heads';
  const afterFirstName = firstVariable + 2 + firstName.length + 1;

  test.each<[string, Buffer, ModelImportErrorCode, RegExp]>([
    ['that is empty', Buffer.alloc(0), 'weights_truncated', /ends inside the version/],
    ['of ggml', Buffer.from('lmgg\x01\x02\x03\x04'), 'not_ctranslate2', /but a ggml model/],
    ['of PyTorch', Buffer.from('PK\x03\x04rest'), 'not_ctranslate2', /but a PyTorch checkpoint/],
    [
      'of safetensors',
      Buffer.from('\x10\0\0\0\0\0\0\0{"a":{}}'),
      'not_ctranslate2',
      /but a safetensors checkpoint: "theo import" takes its folder/,
    ],
    [
      'that Git LFS did not fetch',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0'),
      'not_ctranslate2',
      /a pointer of Git LFS: fetch the real file with "git lfs pull"$/,
    ],
    ['that is a web page', Buffer.from('<html>'), 'not_ctranslate2', /a web page: the download failed$/],
    ['of something else', Buffer.alloc(64, 0xee), 'not_ctranslate2', /not a CTranslate2 model$/],
    ['of version 1', withBytes(0, 1), 'version_unsupported', /version 1; versions 2 to 6 can be read$/],
    ['of version 7', withBytes(0, 7), 'version_unsupported', /version 7; versions 2 to 6/],
    [
      'of another kind of model',
      encodeModel(soundVariables, { specification: 'TransformerSpec' }),
      'not_whisper',
      /a CTranslate2 model, but a "TransformerSpec", not a "WhisperSpec"$/,
    ],
    ['cut in its weights', soundFile.subarray(0, 200_000), 'weights_truncated', /not copied whole$/],
    ['cut in its aliases', soundFile.subarray(0, -3), 'weights_truncated', /stands for .*not copied whole$/],
    ['with bytes behind', Buffer.concat([soundFile, Buffer.alloc(3)]), 'weights_malformed', /3 bytes follow/],
    [
      'with a name without an end',
      withBytes(firstVariable, 3),
      'weights_malformed',
      /does not end with a zero/,
    ],
    ['with a name without bytes', withBytes(firstVariable, 0), 'weights_malformed', /name has 0 bytes/],
    [
      'with too long a name',
      withBytes(firstVariable, 0xff, 0xff),
      'weights_malformed',
      /name has 65535 bytes/,
    ],
    [
      'with too many variables',
      withBytes(firstVariable - 4, 0, 0, 0, 0x7f),
      'weights_malformed',
      /variables, at most/,
    ],
    ['with too many dimensions', withBytes(afterFirstName, 9), 'weights_malformed', /9 dimensions/],
    ['with an unknown type', withBytes(afterFirstName + 1, 9), 'weights_malformed', /the unknown type 9/],
    ['with the wrong length', withBytes(afterFirstName + 2, 4), 'weights_malformed', /has 4 bytes, not 2/],
    [
      'with an alias of nothing',
      encodeModel(soundVariables, { aliases: [['a', 'b']] }),
      'weights_malformed',
      /the alias "a" stands for "b", which is not there/,
    ],
    [
      'with an alias that is taken',
      encodeModel(soundVariables, { aliases: [['encoder/conv1/bias', 'encoder/conv2/bias']] }),
      'weights_malformed',
      /is a variable already/,
    ],
    [
      'with a variable twice',
      encodeModel(
        new Map([...soundVariables, ['encoder/num_heads', { shape: [], data: new Float32Array(1) }]]),
      ),
      'weights_malformed',
      /"encoder\/num_heads" is there twice/,
    ],
  ])('%s', async (_what, bytes, code, message) => {
    const folder = writeFolder(join(folders.root, 'source'), bytes);
    expect(await folders.failureOf(folder)).toEqual({ code, message: expect.stringMatching(message) });
    folders.expectNothingInstalled();
  });
});

describe('the files beside it', () => {
  const lines = tokens.join('\n');
  const json = (value: unknown): string => JSON.stringify(value);
  const tokenizer = (vocab: unknown): Readonly<Record<string, string>> => ({
    'tokenizer.json': json({ model: { vocab } }),
  });
  const withToken = (number: number, token: unknown): string => json(tokens.with(number, token as string));

  test.each<[string, Readonly<Record<string, string>>, ModelImportErrorCode, RegExp]>([
    [
      'no vocabulary',
      {},
      'vocabulary_missing',
      /no vocabulary\.json, vocabulary\.txt, tokenizer\.json or vocab\.json/,
    ],
    [
      'too few tokens',
      { 'vocabulary.txt': 'a\nb\n' },
      'vocabulary_size',
      /2 tokens, but the model has 51865/,
    ],
    ['too many', { 'vocabulary.txt': `${lines}\nx` }, 'vocabulary_size', /51866 tokens/],
    [
      'a line taken for empty and left out',
      { 'vocabulary.txt': lines.replace('\n\n', '\n') },
      'vocabulary_size',
      /51864/,
    ],
    ['no list', { 'vocabulary.json': '{}' }, 'vocabulary_broken', /vocabulary\.json: not a list of tokens$/],
    ['no JSON', { 'vocabulary.json': '[' }, 'vocabulary_broken', /vocabulary\.json: not JSON/],
    [
      'a token that is no text',
      { 'vocabulary.json': withToken(7, 7) },
      'vocabulary_broken',
      /token 7 is no text$/,
    ],
    [
      'a letter of no byte',
      { 'vocabulary.json': withToken(7, 'a b') },
      'vocabulary_broken',
      /token 7, "a b", has a letter/,
    ],
    [
      'a token without end',
      { 'vocabulary.json': withToken(7, 'a'.repeat(5_000)) },
      'vocabulary_broken',
      /has 5000 bytes$/,
    ],
    ['a tokenizer without tokens', { 'tokenizer.json': '{}' }, 'vocabulary_broken', /no model\.vocab$/],
    ['a tokenizer with few', tokenizer({ a: 0 }), 'vocabulary_size', /1 tokens/],
    [
      'a tokenizer with gaps',
      tokenizer({ a: 0, b: 9 }),
      'vocabulary_broken',
      /the token "b" has the number 9$/,
    ],
    [
      'a tokenizer with no numbers',
      tokenizer({ a: 'x' }),
      'vocabulary_broken',
      /the token "a" has the number "x"$/,
    ],
    [
      'a broken config',
      { 'vocabulary.txt': lines, 'config.json': '{' },
      'config_invalid',
      /config\.json: not JSON/,
    ],
    [
      'a config that is a list',
      { 'vocabulary.txt': lines, 'config.json': '[]' },
      'config_invalid',
      /config\.json: document/,
    ],
    [
      'a token of no language',
      { 'vocabulary.txt': lines, 'config.json': json({ lang_ids: [50_259, 50_358] }) },
      'config_invalid',
      /lang_ids: 50358 is the token of no language$/,
    ],
    [
      'a head that is not there',
      { 'vocabulary.txt': lines, 'config.json': json({ alignment_heads: [[1, 0]] }) },
      'config_invalid',
      /alignment_heads: the decoder has no head \[1, 0\]$/,
    ],
    [
      'a suppressed token that is not there',
      { 'vocabulary.txt': lines, 'config.json': json({ suppress_ids: [1, -1] }) },
      'config_invalid',
      /suppress_ids: the vocabulary has no token -1$/,
    ],
    [
      'more suppressed tokens than a manifest can hold',
      { 'vocabulary.txt': lines, 'config.json': json({ suppress_ids: Array.from(Array(1_001).keys()) }) },
      'config_invalid',
      /suppress_ids: 1001 entries, at most 1000/,
    ],
    [
      'a config without end',
      { 'vocabulary.txt': lines, 'config.json': ' '.repeat(2 ** 20 + 1) },
      'config_invalid',
      /larger than 1048576 bytes$/,
    ],
  ])('%s', async (_what, files, code, message) => {
    const folder = writeFolder(join(folders.root, 'source'), soundFile, files);
    expect(await folders.failureOf(folder)).toEqual({ code, message: expect.stringMatching(message) });
    folders.expectNothingInstalled();
  });
});
