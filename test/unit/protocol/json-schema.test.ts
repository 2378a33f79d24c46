import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { protocolSchema } from '#theo/protocol/json-schema.js';

test('docs/protocol.schema.json is current (else: node scripts/generate-docs.mjs)', () => {
  const written: unknown = JSON.parse(readFileSync('docs/protocol.schema.json', 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(protocolSchema())));
});

test('docs/protocol.md tells of every event, command, code and reason', () => {
  const page = readFileSync('docs/protocol.md', 'utf8');
  const schema = JSON.stringify(protocolSchema());
  const words = [...schema.matchAll(/"const":"([^"]+)"/g), ...schema.matchAll(/"([a-z]+(?:_[a-z]+)+)":\{/g)];
  expect(words.length).toBeGreaterThan(40);
  expect(words.map(([, word]) => word).filter((word) => !page.includes(`\`${word}\``))).toEqual([]);
});
