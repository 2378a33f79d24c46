import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { flagValues, registerFlags } from '#theo/config/flags.js';
import { loadConfig } from '#theo/config/load.js';
import {
  type OptionKey,
  optionKeys,
  type Settings,
  serverKeys,
  variableOf,
  workerKeys,
} from '#theo/config/options.js';
import { renderConfigurationReference } from '#theo/config/reference.js';

function load(args: readonly string[], keys: readonly OptionKey[] = serverKeys): Settings {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  registerFlags(command, keys);
  command.parse(args, { from: 'user' });
  return loadConfig({ ...flagValues(command.opts(), keys), env: {}, homeDir: '/nowhere', cwd: '/' });
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

test('--model is called --default-model, too', () => {
  expect(load(['--model', 'm']).defaultModel).toBe('m');
  expect(load(['--default-model', 'm']).defaultModel).toBe('m');
});

test("serve and worker share the table, and neither has the other's own", () => {
  const own = ['--listen', 'h:1', '--tls-cert', '/c.pem', '--model', 'm', '--log-format', 'json'];
  expect(load(own, workerKeys)).toMatchObject({
    listen: 'h:1',
    tlsCert: '/c.pem',
    defaultModel: 'm',
    logFormat: 'json',
  });
  expect(() => load(['--listen', 'h:1'], serverKeys)).toThrow('unknown option');
  expect(() => load(['--max-sessions', '1'], workerKeys)).toThrow('unknown option');
});

test('the help names the variable and the default of every option', () => {
  const command = new Command();
  registerFlags(command, optionKeys);
  const help = command.helpInformation().replace(/\s+/g, ' ');
  for (const key of optionKeys) expect(help).toContain(`(env ${variableOf(key)}, default `);
});

test('docs/configuration.md is current (else: node scripts/generate-docs.mjs)', () => {
  expect(readFileSync('docs/configuration.md', 'utf8')).toBe(renderConfigurationReference());
});
