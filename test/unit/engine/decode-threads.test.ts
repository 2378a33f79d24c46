import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '#theo/clock.js';
import { ModelEngines } from '#theo/engine/model-engines.js';
import { ModelRegistry } from '#theo/models/registry.js';
import { loadNative } from '#theo/native.js';
import { Metrics } from '#theo/observability/metrics.js';
import { clip } from '../../support/clips.ts';

test('a model that asks for more threads than there are cores says so, and hears as quickly as ever', async () => {
  const modelsDir = mkdtempSync(join(tmpdir(), 'theo-models-'));
  const folder = join(modelsDir, 'theo-demo');
  cpSync('test/fixtures/models/theo-demo', folder, { recursive: true });
  const manifest = readFileSync(join(folder, 'theo.yaml'), 'utf8');
  writeFileSync(join(folder, 'theo.yaml'), manifest.replace('threads: 1\n', 'threads: 256\n'));
  const warnings: string[] = [];
  const engines = new ModelEngines({
    registry: await ModelRegistry.open({ modelsDir }),
    addon: loadNative(),
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots: 2,
    warn: (message) => warnings.push(message),
  });
  try {
    const engine = await engines.get('theo-demo');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^theo-demo: threads: 256 a decode were asked for, \d+ used: 2 decode slots share \d+ cores?$/,
    );
    const { samples, text, language } = clip('en_01');
    const heard = await engine?.transcribe(
      Float32Array.from(samples, (sample) => sample / 32_768),
      { language, prompt: '', hotWords: [], task: 'transcribe' },
    );
    expect(heard?.text).toBe(text);
  } finally {
    await engines.close();
    rmSync(modelsDir, { recursive: true });
  }
});
