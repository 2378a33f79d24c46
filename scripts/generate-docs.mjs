// `node scripts/generate-docs.mjs`: writes the pages under docs/ that come from the built code.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderConfigurationReference } from '../dist/config/reference.js';
import { renderCatalogueReference } from '../dist/models/catalogue/reference.js';
import { protocolSchema } from '../dist/protocol/json-schema.js';

mkdirSync('docs', { recursive: true });
writeFileSync('docs/configuration.md', renderConfigurationReference());
writeFileSync('docs/catalogue.md', renderCatalogueReference());
writeFileSync('docs/protocol.schema.json', JSON.stringify(protocolSchema(), null, 2));
execFileSync('npx', ['biome', 'format', '--write', 'docs/protocol.schema.json'], { stdio: 'inherit' });
