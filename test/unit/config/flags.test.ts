import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { flagValues, registerFlags } from '#theo/config/flags.js';
import { loadConfig } from '#theo/config/load.js';
import { type OptionKey, optionKeys, type ServerConfig, variableOf } from '#theo/config/options.js';
import { renderConfigurationReference } from '#theo/config/reference.js';

function load(args: readonly string[], keys?: readonly OptionKey[]): ServerConfig {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  registerFlags(command, keys);
  command.parse(args, { from: 'user' });
  return loadConfig({ ...flagValues(command.opts()), env: {}, homeDir: '/nowhere', cwd: '/' });
}

test('flags reach the config', () => {
  const config = load([
    '--port',
    '0',
    '--worker',
    'a:1',
    '--worker',
    'b:2',
    '--api-key',
    'k',
    '--log-format',
    'json',
  ]);
  expect(config).toMatchObject({ port: 0, worker: ['a:1', 'b:2'], apiKeys: ['k'], logFormat: 'json' });
});

test('flags that are not given leave the defaults', () => {
  expect(load([])).toEqual(loadConfig({ flags: {}, env: {}, homeDir: '/nowhere', cwd: '/' }));
});

test('--config names the file', () => {
  expect(() => load(['--config', '/no/such/file'])).toThrow('/no/such/file');
});

test('a command can take some of the flags', () => {
  expect(load(['--models-dir', '/m'], ['modelsDir']).modelsDir).toBe('/m');
  expect(() => load(['--port', '1'], ['modelsDir'])).toThrow('unknown option');
});

test('the help names the variable and the default of every option', () => {
  const command = new Command();
  registerFlags(command);
  const help = command.helpInformation().replace(/\s+/g, ' ');
  for (const key of optionKeys) expect(help).toContain(`(env ${variableOf(key)}, default `);
});

test('docs/configuration.md is current (else: node scripts/generate-docs.mjs)', () => {
  expect(readFileSync('docs/configuration.md', 'utf8')).toBe(renderConfigurationReference());
});
