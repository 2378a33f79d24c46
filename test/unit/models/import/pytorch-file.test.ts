import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPyTorch } from '#theo/models/import/pytorch/checkpoint.js';
import { type Picklable, type PickledTensor, pytorchFile, zipFile } from '../../../support/pytorch-file.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'theo-pt-'));
  path = join(folder, 'model.pt');
});
afterEach(() => rmSync(folder, { recursive: true }));

const bytes = Buffer.from(Float32Array.from({ length: 6 }, (_, index) => index).buffer);

async function tensors(root: Picklable): Promise<Record<string, unknown>> {
  writeFileSync(path, pytorchFile(root));
  const checkpoint = await openPyTorch(path);
  try {
    const entries = [...checkpoint.byName].map(async ([name, { shape, type, file, offset, byteLength }]) => [
      name,
      { shape, type, data: await file.read(offset, byteLength) },
    ]);
    return Object.fromEntries(await Promise.all(entries));
  } finally {
    await Promise.all(checkpoint.files.map((file) => file.close()));
  }
}

async function failureOf(file: Buffer): Promise<unknown> {
  writeFileSync(path, file);
  return openPyTorch(path).then(
    () => 'opened',
    (error: unknown) => error,
  );
}

it.each([
  ['model_state_dict', (dict: Picklable) => new Map([['model_state_dict', dict]])],
  ['state_dict', (dict: Picklable) => new Map([['state_dict', dict]])],
  ['nothing', (dict: Picklable) => dict],
])('tensors are found under %s, by their bytes', async (_what, wrap) => {
  const half: PickledTensor = { shape: [2], bytes: bytes.subarray(0, 4), storageClass: 'HalfStorage' };
  const dict = new Map<string, Picklable>([
    ['a', { shape: [2, 3], bytes }],
    ['b', half],
    ['part', { shape: [3], bytes, storageOffset: 3, storageElements: 6 }],
    ['row', { shape: [1, 6], strides: [1, 1], bytes }],
  ]);
  expect(await tensors(wrap(dict))).toEqual({
    a: { shape: [2, 3], type: 'float32', data: bytes },
    b: { shape: [2], type: 'float16', data: bytes.subarray(0, 4) },
    part: { shape: [3], type: 'float32', data: bytes.subarray(12) },
    row: { shape: [1, 6], type: 'float32', data: bytes },
  });
});

describe('a file that is refused', () => {
  const withTensor = (tensor: PickledTensor): Buffer => pytorchFile(new Map([['x', tensor]]));
  const sound = withTensor({ shape: [2, 3], bytes });
  const cases: readonly (readonly [what: string, code: string, cause: string, file: () => Buffer])[] = [
    ['no zip archive', 'not_pytorch', 'no zip archive', () => Buffer.from('no zip')],
    ['empty', 'not_pytorch', 'no zip archive', () => Buffer.alloc(0)],
    ['of an old PyTorch', 'not_pytorch', 'before 1.6', () => Buffer.from('\x80\x02\x8a\x0a', 'latin1')],
    ['another zip archive', 'not_pytorch', 'data.pkl', () => zipFile(new Map([['a/b', bytes]]))],
    ['cut at its end', 'weights_truncated', 'not copied', () => sound.subarray(0, -30)],
    ['a number', 'weights_malformed', 'no dictionary', () => pytorchFile(1)],
    ['of a number', 'weights_malformed', '"x" is no tensor', () => pytorchFile(new Map([['x', 1]]))],
    [
      'with columns side by side',
      'weights_malformed',
      'row by row',
      () => withTensor({ shape: [2, 3], strides: [1, 2], bytes }),
    ],
    [
      'with a tensor beyond its storage',
      'weights_malformed',
      'needs 28 bytes, its storage has 24',
      () => withTensor({ shape: [2, 3], storageOffset: 1, bytes }),
    ],
    [
      'with negative sizes',
      'weights_malformed',
      'has no sizes',
      () => withTensor({ shape: [-2, -3], bytes }),
    ],
    [
      'with a storage of another kind',
      'weights_malformed',
      'torch.QInt8Storage',
      () => withTensor({ shape: [6], bytes, storageClass: 'QInt8Storage' }),
    ],
    [
      'that would run a command',
      'weights_malformed',
      '"os.system"',
      () =>
        zipFile(new Map([['a/data.pkl', Buffer.from('\x80\x02cos\nsystem\nX\x02\0\0\0ls\x85R.', 'latin1')]])),
    ],
    [
      'without the bytes of a tensor',
      'weights_malformed',
      '"data/0" is missing',
      () => Buffer.from(sound.toString('latin1').replaceAll('archive/data/0', 'archive/data/9'), 'latin1'),
    ],
    [
      'compressed',
      'weights_malformed',
      'compressed',
      () => {
        const file = Buffer.from(sound);
        file.writeUInt16LE(8, file.indexOf('PK\x01\x02') + 10);
        return file;
      },
    ],
    [
      'of big-endian numbers',
      'weights_malformed',
      'little endian',
      () => {
        const file = Buffer.from(sound);
        file.write('biggie', file.indexOf('little', file.indexOf('byteorder')), 'latin1');
        return file;
      },
    ],
  ];
  it.each(cases)('%s', async (_what, code, cause, file) => {
    expect(await failureOf(file())).toMatchObject({ code, message: expect.stringContaining(cause) });
  });
});
