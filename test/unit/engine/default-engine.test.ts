import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#theo/clock.js';
import { loadChosen } from '#theo/engine/default-engine.js';
import { ModelEngines } from '#theo/engine/model-engines.js';
import { ModelRegistry } from '#theo/models/registry.js';
import { loadNative } from '#theo/native.js';
import { Metrics } from '#theo/observability/metrics.js';

let modelsDir = '';
beforeEach(() => {
  modelsDir = mkdtempSync(join(tmpdir(), 'theo-models-'));
});
afterEach(() => rmSync(modelsDir, { recursive: true }));

/** theo-demo under another name; its header stays whole, so that only loading it tells. */
function installTruncated(name: string, dir: string): void {
  const folder = join(dir, name);
  mkdirSync(dir, { recursive: true });
  cpSync('test/fixtures/models/theo-demo', folder, { recursive: true });
  const manifest = readFileSync(join(folder, 'theo.yaml'), 'utf8');
  writeFileSync(join(folder, 'theo.yaml'), manifest.replace('name: theo-demo', `name: ${name}`));
  truncateSync(join(folder, 'theo-demo-q8_0.bin'), 1_000_000);
}

async function load(name: string | null, embeddedDir: string): Promise<{ model: string; leftOut: string[] }> {
  const registry = await ModelRegistry.open({ modelsDir, embeddedDir });
  const engines = new ModelEngines({
    registry,
    addon: loadNative(),
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots: 1,
    warn: () => {},
  });
  const leftOut: string[] = [];
  try {
    const { model } = await loadChosen(engines, registry, name, ({ message }) => leftOut.push(message));
    return { model, leftOut };
  } finally {
    await engines.close();
  }
}

/** As if theo-demo came with the package, under the embedded model's name. */
function embeddedDemo(): string {
  const dir = join(modelsDir, '.embedded');
  cpSync('test/fixtures/models/theo-demo', join(dir, 'whisper-base'), { recursive: true });
  const manifest = join(dir, 'whisper-base', 'theo.yaml');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('name: theo-demo', 'name: whisper-base'));
  return dir;
}

test('a damaged model that nobody asked for gives way to the embedded one', async () => {
  installTruncated('mine', modelsDir);
  const { model, leftOut } = await load(null, embeddedDemo());
  expect(model).toBe('whisper-base');
  expect(leftOut).toEqual([expect.stringContaining(join(modelsDir, 'mine', 'theo-demo-q8_0.bin'))]);
});

test('one that was asked for fails', async () => {
  installTruncated('mine', modelsDir);
  await expect(load('mine', embeddedDemo())).rejects.toThrow(/mine\/theo-demo-q8_0\.bin.*truncated/);
});

test('where none loads, the last failure tells', async () => {
  const embeddedDir = join(modelsDir, '.embedded');
  installTruncated('whisper-base', embeddedDir);
  await expect(load(null, embeddedDir)).rejects.toThrow(/whisper-base\/theo-demo-q8_0\.bin.*truncated/);
});
