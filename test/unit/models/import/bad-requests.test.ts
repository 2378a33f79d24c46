import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  encodeModel,
  multilingual,
  whisperVariables,
  writeFolder,
} from '../../../support/ctranslate2-folder.ts';
import { soundFile, useImportFolders } from '../../../support/model-import.ts';

const folders = useImportFolders();

describe('what is asked for', () => {
  const source = (): string => writeFolder(join(folders.root, 'source'), soundFile);

  test.each([['../x'], [''], ['a b'], ['.x'], ['x'.repeat(120)]])('the name %j', async (name) => {
    expect(await folders.failureOf(source(), { name })).toMatchObject({ code: 'name_invalid' });
    folders.expectNothingInstalled();
  });

  test('a folder whose name holds no name', async () => {
    const folder = writeFolder(join(folders.root, '…'), soundFile);
    expect(await folders.failureOf(folder)).toMatchObject({
      code: 'name_invalid',
      message: expect.stringMatching(/give another with --name$/),
    });
  });

  test('blocks that rows do not fill', async () => {
    expect(await folders.failureOf(source(), { quantization: 'q8_0' })).toEqual({
      code: 'quantization_unsuitable',
      message: expect.stringMatching(/rows of 16 weights do not fill q8_0's blocks of 32: use f16$/),
    });
  });

  test('blocks that rows do not fill, where smaller ones fit', async () => {
    const variables = whisperVariables({ ...multilingual, state: 32 });
    const folder = writeFolder(join(folders.root, 'wider'), encodeModel(variables));
    expect(await folders.failureOf(folder, { quantization: 'q5_k' })).toEqual({
      code: 'quantization_unsuitable',
      message: expect.stringMatching(/blocks of 256: use f16 or q8_0 or q5_1 or q5_0 or q4_1 or q4_0$/),
    });
  });

  test('a place that cannot be written', async () => {
    writeFileSync(join(folders.root, 'file'), '');
    expect(await folders.failureOf(source(), { modelsDir: join(folders.root, 'file') })).toMatchObject({
      code: 'target_unwritable',
    });
    expect(
      await folders.failureOf(source(), { modelsDir: join(folders.root, 'file', 'deep') }),
    ).toMatchObject({
      code: 'target_unwritable',
    });
  });

  test.each(['reading', 'writing'] as const)('an end while %s: nothing is left', async (when) => {
    const interruption = new AbortController();
    const outcome = await folders.failureOf(source(), {
      signal: interruption.signal,
      onProgress: ({ phase }) => {
        if (phase === when) interruption.abort();
      },
    });
    expect(outcome.code).toBe('interrupted');
    folders.expectNothingInstalled();
  });
});
