import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type CatalogueModel,
  catalogue,
  requireModel,
  resolveModel,
} from '#theo/models/catalogue/catalogue.js';
import { renderCatalogueReference } from '#theo/models/catalogue/reference.js';
import { weightsFileBytes } from '#theo/models/import/weights-file.js';
import { whisperTensors } from '#theo/models/import/whisper-tensors.js';
import { parseManifest } from '#theo/models/manifest.js';
import { isModelName } from '#theo/models/names.js';
import { manifestYaml } from '#theo/models/whisper/manifest-yaml.js';
import type { NativeWeightType } from '#theo/native.js';

/** Bytes of the text tokens of the two vocabularies that there are. */
const multilingualTokenBytes = 307_057;
const englishTokenBytes = 320_827;
/** Some files list "<|endoftext|>" where the others do not, or leave it out: its letters and their number. */
const endOfTextBytes = 13 + 4;

function computedBytes({ name, author, variant, manifest: { dimensions } }: CatalogueModel): number {
  const isEnglish = dimensions.vocabulary === 51_864;
  const usual = isEnglish ? englishTokenBytes : multilingualTokenBytes;
  const further = author === 'FUTO' && !isEnglish ? endOfTextBytes : 0;
  const lacking = name === 'distil-medium.en' ? endOfTextBytes : 0;
  const tokens = [
    Buffer.alloc(usual + further - lacking),
    ...new Array<Buffer>(50_256).fill(Buffer.alloc(0)),
  ];
  const tensors = whisperTensors(dimensions);
  return weightsFileBytes({ dimensions, tensors }, tokens, variant as NativeWeightType);
}

describe.each(catalogue.map((model) => [`${model.name}:${model.variant}`, model] as const))(
  '%s',
  (name, model) => {
    test('has the size that its layers, vocabulary and precision make', () => {
      expect(computedBytes(model)).toBe(model.bytes);
    });

    test('is pinned: a commit of the hub, or a SHA-256 at least', () => {
      expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
      if (model.source.kind === 'hub') expect(model.source.revision).toMatch(/^[0-9a-f]{40}$/);
      else expect(model.source.url).toMatch(/^https:\/\//);
    });

    test('has a manifest that the registry takes, with heads that the decoder has', () => {
      const yaml = manifestYaml(model.manifest);
      const manifest = parseManifest(yaml, 'theo.yaml');
      expect(manifest).toMatchObject({ name: model.installName, resources: { memoryMb: model.memoryMb } });
      expect(manifest.description).toContain(model.sha256);
      const { textLayers, textHeads } = model.manifest.dimensions;
      for (const [layer, head] of model.manifest.alignmentHeads) {
        expect(layer).toBeLessThan(textLayers);
        expect(head).toBeLessThan(textHeads);
      }
    });

    test('is found by its name with the variant, and by the name it is installed under', () => {
      expect(resolveModel(name)).toBe(model);
      expect(isModelName(model.installName)).toBe(true);
      expect(resolveModel(model.installName)).toBe(model);
    });
  },
);

test('no two have the same name or the same bytes', () => {
  expect(new Set(catalogue.map(({ installName }) => installName)).size).toBe(catalogue.length);
  expect(new Set(catalogue.map(({ sha256 }) => sha256)).size).toBe(catalogue.length);
});

test('only English is listed of what was trained on English alone, and translation only where it was trained', () => {
  const { languages, translates } = requireModel('distil-large-v3').manifest;
  expect({ languages, translates }).toEqual({ languages: ['en'], translates: false });
  expect(requireModel('turbo').manifest.translates).toBe(false);
  expect(requireModel('large-v3').manifest.translates).toBe(true);
  expect(requireModel('large-v2').languages).toHaveLength(99);
  expect(requireModel('large-v3').languages).toHaveLength(100);
});

test.each([
  ['whisper-small', 'whisper-small'],
  ['small', 'whisper-small'],
  ['small.en', 'whisper-small.en'],
  ['whisper-small:q8_0', 'whisper-small'],
  ['whisper-small:Q5_1', 'whisper-small-q5_1'],
  ['small:f16', 'whisper-small-f16'],
  ['faster-whisper-small', 'whisper-small'],
  ['faster-whisper-large-v3', 'whisper-large-v3'],
  ['Systran/faster-whisper-small', 'whisper-small'],
  ['Systran/faster-distil-whisper-large-v3', 'distil-large-v3'],
  ['distil-whisper/distil-small.en', 'distil-small.en'],
  ['openai/whisper-large-v3-turbo', 'whisper-large-v3-turbo'],
  ['futo-org/acft-whisper-base', 'acft-base'],
  ['large', 'whisper-large-v3'],
  ['whisper-large:q5_0', 'whisper-large-v3-q5_0'],
  ['turbo', 'whisper-large-v3-turbo'],
  ['whisper-turbo:f16', 'whisper-large-v3-turbo-f16'],
])('%s stands for %s', (name, expected) => {
  expect(resolveModel(name)?.installName).toBe(expected);
});

test('a bare name stands for q8_0 where there is one, else for f16', () => {
  for (const model of catalogue.filter(({ isDefault }) => isDefault)) {
    const hasQ8 = catalogue.some(({ name, variant }) => name === model.name && variant === 'q8_0');
    expect([model.name, model.variant]).toEqual([model.name, hasQ8 ? 'q8_0' : 'f16']);
  }
});

test.each([
  ['parakeet-tdt-0.6b-v3', '"parakeet-tdt-0.6b-v3": is not a Whisper model; this runtime runs Whisper'],
  ['silero-v6.2.0', 'is not a Whisper model'],
  ['whisper-smal', 'did you mean "whisper-small"?'],
  ['destil-large-v3', 'did you mean "distil-large-v3"?'],
  ['whisper-small:q4_0', 'whisper-small is there in q8_0, f16 and q5_1, not in q4_0'],
  ['my-own-model', '"theo list --remote" shows all'],
  ['', 'no such model'],
  [`whisper-${'x'.repeat(100_000)}`, 'no such model'],
  ['../../etc/passwd', 'no such model'],
])('%s: %s', (name, told) => {
  expect(resolveModel(name)).toBeUndefined();
  expect(() => requireModel(name)).toThrow(told);
  expect(() => requireModel(name)).toThrow(expect.objectContaining({ code: 'not_in_catalogue' }));
});

test('docs/catalogue.md is current (else: node scripts/generate-docs.mjs)', () => {
  expect(readFileSync('docs/catalogue.md', 'utf8')).toBe(renderCatalogueReference());
});
