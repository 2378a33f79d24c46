#!/usr/bin/env node
// Plain JavaScript and committed: a checkout that has not been built yet can say so.
import { existsSync } from 'node:fs';

const program = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  console.error('theo: this checkout has not been built. Build it with: npm ci && npm run build');
  process.exitCode = 1;
}
