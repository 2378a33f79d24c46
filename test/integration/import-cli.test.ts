import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  encodeModel,
  multilingual,
  type SyntheticVariable,
  whisperVariables,
  writeFolder,
} from '../support/ctranslate2-folder.ts';
import {
  checkpointTensors,
  encodeSafetensors,
  inParts,
  writeCheckpoint,
} from '../support/hugging-face-folder.ts';
import { startTheo, type TheoOutcome, type TheoProcess } from '../support/theo-process.ts';

let root = '';
let small = '';
/** Takes long enough to be interrupted. */
let large = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'theo-import-'));
  small = writeFolder(join(root, 'faster-whisper-small-one'), encodeModel(whisperVariables(multilingual)));
  const variables = whisperVariables({ ...multilingual, state: 256 });
  large = writeFolder(join(root, 'large'), encodeModel(variables, { type: 'bfloat16' }));
});
afterAll(() => rmSync(root, { recursive: true }));

let home = '';
let modelsDir = '';
beforeEach(() => {
  home = mkdtempSync(join(root, 'home-'));
  modelsDir = join(home, '.theo', 'models');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function start(...args: readonly string[]): TheoProcess {
  return startTheo(args, { ...process.env, HOME: home });
}

function theo(...args: readonly string[]): Promise<TheoOutcome> {
  return start(...args).outcome;
}

describe('theo import', () => {
  test('installs a model, says what it made and what to do next; list and inspect know it', async () => {
    const { code, stdout, stderr } = await theo('import', small);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `whisper-small-one: 99 languages, f16, 2.2 MB, in ${join(modelsDir, 'whisper-small-one')}`,
      'next: theo transcribe --model whisper-small-one FILE.wav',
      '  or: theo serve --model whisper-small-one',
      '',
    ]);
    expect(stderr.split('\n')).toContain('writing faster-whisper-small-one: 100 %');
    expect(stderr, 'no bar where it is no terminal').not.toContain('\r');

    expect((await theo('list')).stdout).toMatch(
      /^whisper-small-one +1\.0\.0 +2\.2 MB +99 languages +installed/m,
    );
    expect((await theo('inspect', 'faster-whisper-small-one')).stdout).toContain(
      'file: whisper-small-one-f16.bin',
    );
    expect((await theo('doctor')).stdout).toContain('whisper-small-one');
  });

  test('--json, --name, --models-dir', async () => {
    const elsewhere = join(home, 'elsewhere');
    const { stdout } = await theo('import', small, '--json', '--name', 'mine', '--models-dir', elsewhere);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'mine',
      folder: join(elsewhere, 'mine'),
      weights: {
        path: join(elsewhere, 'mine', 'mine-f16.bin'),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      quantization: 'f16',
      sources: [{ path: join(small, 'model.bin'), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(existsSync(modelsDir)).toBe(false);
  });

  test('takes a Hugging Face checkpoint in several files, and a LoRA adapter with its base', async () => {
    const tensors = checkpointTensors(whisperVariables(multilingual));
    const base = writeCheckpoint(join(home, 'whisper-tuned'), inParts(tensors, 2));
    const whole = await theo('import', base, '--json');
    expect([whole.code, whole.stderr]).toEqual([0, expect.stringContaining('reading whisper-tuned: 100 %')]);
    const { sources } = JSON.parse(whole.stdout) as { sources: { path: string; sha256: string }[] };
    expect(sources.map(({ path }) => basename(path))).toEqual([
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
    ]);

    const name = 'base_model.model.model.encoder.layers.0.self_attn.v_proj';
    const factor = (rows: number, columns: number): SyntheticVariable => ({
      shape: [rows, columns],
      data: new Float32Array(rows * columns).fill(1 / 64),
    });
    const factors = new Map([
      [`${name}.lora_A.weight`, factor(2, 16)],
      [`${name}.lora_B.weight`, factor(16, 2)],
    ]);
    const adapter = writeCheckpoint(
      join(home, 'accent'),
      { 'adapter_model.safetensors': encodeSafetensors(factors) },
      { 'adapter_config.json': JSON.stringify({ peft_type: 'LORA', r: 2, lora_alpha: 4 }) },
    );
    const alone = await theo('import', adapter);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--base')]);
    const { code, stdout } = await theo('import', adapter, '--base', base);
    expect([code, stdout]).toEqual([0, expect.stringContaining('accent: 99 languages, f16')]);
  });

  test('what is there already stays without --force', async () => {
    expect((await theo('import', small)).code).toBe(0);
    const second = await theo('import', small);
    expect([second.code, second.stdout]).toEqual([2, '']);
    expect(second.stderr).toContain('is there already; --force replaces it');
    expect((await theo('import', small, '--force')).code).toBe(0);
  });

  test.each<[string, () => readonly string[], number, string]>([
    ['no folder', () => ['import'], 2, 'missing required argument'],
    ['a folder that is not there', () => ['import', 'nowhere'], 2, 'nowhere: no such file or folder'],
    [
      'a file',
      () => ['import', 'package.json'],
      2,
      'give a .safetensors or .pt file or the folder with the model',
    ],
    ['a folder of something else', () => ['import', 'docs'], 1, 'no model that can be imported'],
    [
      'a type that is none',
      () => ['import', small, '--quantize', 'q9'],
      2,
      '--quantize: must be one of f16, q8_0',
    ],
    ['a type that does not fit', () => ['import', small, '--quantize', 'q4_k'], 2, 'do not fill q4_k'],
    ['a name that is none', () => ['import', small, '--name', 'a/b'], 2, "cannot be a model's name"],
  ])('%s: says so and exits with its code', async (_what, args, code, message) => {
    const outcome = await theo(...args());
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr).toContain(message);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s: nothing is left', async (signal) => {
    const { process: child, said, outcome } = start('import', large, '--quantize', 'q4_k');
    await said('writing');
    child.kill(signal);
    const { code, stdout, stderr } = await outcome;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('was interrupted');
    expect(readdirSync(modelsDir)).toEqual([]);
  });

  test('killed: no model is seen, and the next import cleans up', async () => {
    const { process: child, said, outcome } = start('import', large, '--quantize', 'q4_k');
    await said('writing');
    child.kill('SIGKILL');
    expect((await outcome).signal).toBe('SIGKILL');
    expect(readdirSync(modelsDir)).toHaveLength(1);
    const { stdout, stderr } = await theo('list');
    expect([stdout.includes('installed'), stderr]).toEqual([false, '']);
    await theo('import', small);
    expect(readdirSync(modelsDir)).toEqual(['whisper-small-one']);
  });
});
