import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const script = `
  import { loadNative } from '${new URL('../../../dist/native.js', import.meta.url)}';
  try {
    console.log(loadNative().simd);
  } catch (error) {
    console.log(error.code, error.message);
  }`;

/** What a process with these variables says of the addon: its SIMD variant, or why it could not be loaded. */
async function loadedWith(variables: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, ...variables },
  });
  return stdout.trim();
}

describe('THEO_SIMD', () => {
  it('chooses the variant', async () => {
    expect(await loadedWith({ THEO_SIMD: 'scalar' })).toBe('scalar');
  });

  it('left empty, leaves the choice', async () => {
    expect(await loadedWith({ THEO_SIMD: '' })).toBe(await loadedWith({}));
  });

  it('with a name that is none, is refused with those that are', async () => {
    const problem = await loadedWith({ THEO_SIMD: 'mmx' });
    expect(problem).toContain('native_load');
    expect(problem).toContain("THEO_SIMD is 'mmx'");
    expect(problem).toContain('scalar');
  });
});

describe('THEO_NATIVE', () => {
  it('may be relative to the working directory', async () => {
    expect(await loadedWith({ THEO_NATIVE: 'build/addon/theo.node', THEO_SIMD: 'scalar' })).toBe('scalar');
  });

  it('is the only place looked at, and is named when nothing is there', async () => {
    const problem = await loadedWith({ THEO_NATIVE: '/nowhere/theo.node' });
    expect(problem).toContain('/nowhere/theo.node');
    expect(problem).not.toContain('local build');
  });
});
