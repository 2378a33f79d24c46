import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeForeignBuild } from '../../../scripts/foreign-build.mjs';

describe('a build folder of CMake', () => {
  let checkout: string;
  let build: string;

  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), 'theo-checkout-'));
    build = join(checkout, 'build');
    mkdirSync(build);
  });

  afterEach(() => rmSync(checkout, { recursive: true }));

  function builtFor(source: string, folder: string): void {
    writeFileSync(
      join(build, 'CMakeCache.txt'),
      `//a comment\nCMAKE_CACHEFILE_DIR:INTERNAL=${folder}\nCMAKE_HOME_DIRECTORY:INTERNAL=${source}\n`,
    );
  }

  it('is kept where it was made', () => {
    builtFor(checkout, build);
    expect(removeForeignBuild(build, checkout)).toBe(false);
    expect(existsSync(build)).toBe(true);
  });

  it('is thrown away in a checkout that was moved', () => {
    builtFor(`${checkout}-before`, `${checkout}-before/build`);
    expect(removeForeignBuild(build, checkout)).toBe(true);
    expect(existsSync(build)).toBe(false);
  });

  it('is thrown away in a checkout that was copied, with the first one still there', () => {
    builtFor(tmpdir(), tmpdir());
    expect(removeForeignBuild(build, checkout)).toBe(true);
  });

  it('need not be there', () => {
    rmSync(build, { recursive: true });
    expect(removeForeignBuild(build, checkout)).toBe(false);
  });
});
