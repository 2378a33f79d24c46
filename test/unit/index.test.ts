import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
};

/** What a name of package.json's `exports` leads to. */
async function entry(name: string): Promise<Record<string, unknown>> {
  const target = manifest.exports[name];
  if (typeof target !== 'object') throw new Error(`no entry ${name}`);
  return (await import(`${process.cwd()}/${target.default}`)) as Record<string, unknown>;
}

describe('the package', () => {
  it('offers the server, its settings and the text normalization', async () => {
    const api = await entry('.');
    expect(api.version).toBe(manifest.version);
    expect(api.startServer).toBeTypeOf('function');
    expect(api.loadConfig).toBeTypeOf('function');
    const normalize = api.normalize as (text: string, options: { language: string }) => string;
    expect(normalize('dois mil reais', { language: 'pt' })).toBe('R$ 2000');
  });

  it('offers the client by itself', async () => {
    expect((await entry('./client')).connect).toBeTypeOf('function');
  });
});
