import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('theo in a checkout that has not been built says what to run', () => {
  const checkout = mkdtempSync(join(tmpdir(), 'theo-checkout-'));
  try {
    mkdirSync(join(checkout, 'bin'));
    copyFileSync('bin/theo.mjs', join(checkout, 'bin/theo.mjs'));
    const run = spawnSync(process.execPath, [join(checkout, 'bin/theo.mjs'), 'list'], { encoding: 'utf8' });
    expect(run.status).toBe(1);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('npm ci && npm run build');
  } finally {
    rmSync(checkout, { recursive: true });
  }
});
