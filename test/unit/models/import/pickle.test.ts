import { describe, expect, it } from 'vitest';
import { PickledCall, PickledReference, readPickle } from '#theo/models/import/pytorch/pickle.js';
import { global, pickled } from '../../../support/pytorch-file.ts';

const allowed = new Set(['collections.OrderedDict', 'torch._utils._rebuild_tensor_v2', 'torch.FloatStorage']);

function read(...parts: readonly (Buffer | string)[]): unknown {
  const body = parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part));
  return readPickle(Buffer.concat([Buffer.from([0x80, 2]), ...body, Buffer.from('.')]), allowed);
}

describe('what a checkpoint is written with', () => {
  it('numbers, texts, tuples and dictionaries', () => {
    const value = new Map<string, never>([['ä', [1, -2, true, false, null, new Map(), []] as never]]);
    expect(read(...pickled(value, []))).toEqual(value);
  });

  it('short forms of numbers and tuples, lists, and values that come again', () => {
    expect(read('(K\x07M\x01\x02\x8a\x02\xff\xffG\x3f\xf8\0\0\0\0\0\0t')).toEqual([7, 513, -1, 1.5]);
    expect(read('K\x01\x85')).toEqual([1]);
    expect(read('K\x01K\x02\x86')).toEqual([1, 2]);
    expect(read('K\x01K\x02K\x03\x87')).toEqual([1, 2, 3]);
    expect(read('](K\x01K\x02eK\x03a')).toEqual([1, 2, 3]);
    expect(read('(X\x01\0\0\0aq\x00h\x00t')).toEqual(['a', 'a']);
    expect(read('(X\x01\0\0\0ar\x00\x01\0\0j\x00\x01\0\0t')).toEqual(['a', 'a']);
    expect(read('}X\x01\0\0\0aK\x01s')).toEqual(new Map([['a', 1]]));
  });

  it('ordered dictionaries are dictionaries, and attributes of theirs are left out', () => {
    const empty = [global('collections', 'OrderedDict'), ')R'];
    expect(read(...empty, '(X\x01\0\0\0aK\x01u', '}b')).toEqual(new Map([['a', 1]]));
  });

  it('a tensor is what it would be made of', () => {
    const tensor = { shape: [2, 3], bytes: Buffer.alloc(24) };
    const call = read(...pickled(tensor, [])) as PickledCall;
    expect(call).toBeInstanceOf(PickledCall);
    expect(call.name).toBe('torch._utils._rebuild_tensor_v2');
    expect(call.arguments.slice(1, 4)).toEqual([0, [2, 3], [3, 1]]);
    expect(call.arguments[0]).toBeInstanceOf(PickledReference);
  });
});

describe('what is refused', () => {
  it.each([
    ['os', 'system'],
    ['builtins', 'eval'],
    ['collections', 'defaultdict'],
  ])('the name %s.%s', (module, name) => {
    expect(() => read(global(module, name), '(X\x02\0\0\0ls', 'tR')).toThrow(
      `"${module}.${name}", which is nothing that weights are made of`,
    );
  });

  const cases: readonly (readonly [what: string, bytes: string, problem: string])[] = [
    ['an operation of another protocol', '\x95\0\0\0\0\0\0\0\0', '0x95'],
    ['an instance', '(ios\nsystem\n', '0x69'],
    ['a stop with nothing made', '', 'a value is missing'],
    ['a tuple of too few', 'K\x01\x86', 'a value is missing'],
    ['a tuple without its mark', 'K\x01t', 'a mark is missing'],
    ['a value that nobody kept', 'h\x05', 'value 5 is missing'],
    ['a text that ends early', 'X\xff\xff\xff\x7fa', 'ends in the middle'],
    ['a name that ends early', 'cos', 'ends in the middle'],
    ['a number too long', `\x8a\xff${'\0'.repeat(255)}`, 'a number of 255 bytes'],
    ['a call of a number', 'K\x01)R', 'a call of nothing'],
    ['an entry of a list', ']K\x01K\x02s', 'no dictionary'],
    ['half an entry', '}(K\x01u', 'no dictionary'],
    ['an element of a number', 'K\x01K\x02a', 'no list'],
    ['another protocol', '\x80\x04N', 'protocol 4'],
    ['more operations than any checkpoint has', 'N'.repeat(2 ** 18), 'operations'],
  ];
  it.each(cases)('%s', (_what, bytes, problem) => {
    expect(() => read(bytes)).toThrow(problem);
  });

  it('appending to what is very long', () => {
    expect((read(`](${'N'.repeat(200_000)}e`) as unknown[]).length).toBe(200_000);
  });
});
