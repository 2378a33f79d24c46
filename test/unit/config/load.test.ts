import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '#theo/config/errors.js';
import { type ConfigSources, loadConfig } from '#theo/config/load.js';
import { fileKeyOf, flagOf, optionKeys, optionTable, variableOf } from '#theo/config/options.js';
import { unknownVariables } from '#theo/config/variables.js';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'theo-config-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function sources(parts: Partial<ConfigSources> = {}): ConfigSources {
  return { flags: {}, env: {}, homeDir: home, cwd: '/srv', ...parts };
}

function file(yaml: string, name = 'theo.yaml'): string {
  const path = join(home, name);
  writeFileSync(path, yaml);
  return path;
}

function failure(parts: Partial<ConfigSources>): { code: string; message: string } {
  try {
    loadConfig(sources(parts));
  } catch (error) {
    if (error instanceof ConfigError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('the config was accepted');
}

test('without any source the defaults hold', () => {
  expect(loadConfig(sources())).toEqual({
    host: '127.0.0.1',
    port: 8000,
    apiKeys: [],
    modelsDir: join(home, '.theo/models'),
    defaultModel: null,
    workers: 0,
    worker: [],
    workerTlsCa: null,
    workerTlsCert: null,
    workerTlsKey: null,
    workerTimeoutMs: 10_000,
    decodeSlots: 0,
    cores: 0,
    vadFailure: 'fail',
    entities: [],
    digitGrouping: 'none',
    maxSessions: 1_000,
    maxMessageBytes: 1_048_576,
    maxBacklogMs: 10_000,
    inactivityTimeoutMs: 60_000,
    heartbeatIntervalMs: 10_000,
    heartbeatTimeoutMs: 5_000,
    drainGraceMs: 10_000,
    logFormat: 'pretty',
    logLevel: 'info',
    listen: '127.0.0.1:50051',
    metricsPort: null,
    tlsCert: null,
    tlsKey: null,
    tlsClientCa: null,
  });
});

describe('precedence', () => {
  const port = (parts: Partial<ConfigSources>): number => loadConfig(sources(parts)).port;

  test('flag over environment over file over default', () => {
    const configFile = file('port: 3');
    const env = { THEO_PORT: '2' };
    expect(port({ flags: { port: '1' }, env, configFile })).toBe(1);
    expect(port({ env, configFile })).toBe(2);
    expect(port({ configFile })).toBe(3);
    expect(port({})).toBe(8000);
  });

  test('an empty variable and a key without a value count as not set', () => {
    expect(port({ env: { THEO_PORT: '' }, configFile: file('port: 3') })).toBe(3);
    expect(port({ configFile: file('port:\nhost: ::1') })).toBe(8000);
  });

  test('the file comes from --config, else THEO_CONFIG, else the home folder', () => {
    mkdirSync(join(home, '.theo'));
    file('port: 1', '.theo/config.yaml');
    const env = { THEO_CONFIG: file('port: 2', 'env.yaml') };
    expect(port({})).toBe(1);
    expect(port({ env })).toBe(2);
    expect(port({ env, configFile: file('port: 3', 'flag.yaml') })).toBe(3);
  });
});

describe('every option', () => {
  const samples: Readonly<Record<string, string>> = {
    host: '0.0.0.0',
    apiKeys: 'k1,k2',
    modelsDir: '/models',
    defaultModel: 'whisper-tiny',
    worker: 'a:1,dns:///b:2',
    workerTlsCa: '/tls/ca.pem',
    workerTlsCert: '/tls/cert.pem',
    workerTlsKey: '/tls/key.pem',
    vadFailure: 'pass-through',
    entities: 'cpf,card',
    digitGrouping: 'thousands',
    logFormat: 'json',
    logLevel: 'debug',
    listen: 'gpu-1:50051',
    tlsCert: '/tls/cert.pem',
    tlsKey: '/tls/key.pem',
    tlsClientCa: '/tls/ca.pem',
  };

  test.each(optionKeys)('%s can be given by flag, variable and file', (key) => {
    const text = samples[key] ?? '2000'.slice(0, key === 'workers' || key === 'decodeSlots' ? 1 : 4);
    const byFlag = loadConfig(sources({ flags: { [key]: text } }));
    const byVariable = loadConfig(sources({ env: { [variableOf(key)]: text } }));
    const byFile = loadConfig(sources({ configFile: file(`${fileKeyOf(key)}: ${text}`) }));
    expect(byFlag[key]).not.toEqual(loadConfig(sources())[key]);
    expect(byVariable).toEqual(byFlag);
    expect(byFile).toEqual(byFlag);
  });

  test('has names of its own, and a default that is allowed', () => {
    for (const nameOf of [flagOf, variableOf, fileKeyOf]) {
      expect(new Set(optionKeys.map(nameOf)).size).toBe(optionKeys.length);
    }
    const context = { homeDir: '/home', baseDir: '/' };
    for (const key of optionKeys) {
      expect(optionTable[key].kind.parse(optionTable[key].defaultValue, context), key).not.toBeUndefined();
    }
  });
});

describe('words', () => {
  test.each([
    ['THEO_LOG_FORMAT', 'console', { logFormat: 'pretty' }],
    ['THEO_LOG_FORMAT', 'JSON', { logFormat: 'json' }],
    ['THEO_LOG_LEVEL', 'INFO', { logLevel: 'info' }],
    ['THEO_LOG_LEVEL', 'WARNING', { logLevel: 'warn' }],
    ['THEO_LOG_LEVEL', 'CRITICAL', { logLevel: 'fatal' }],
    ['THEO_LOG_LEVEL', 'notset', { logLevel: 'trace' }],
  ])("%s=%s is understood as the original's", (variable, text, expected) => {
    expect(loadConfig(sources({ env: { [variable]: text } }))).toMatchObject(expected);
  });

  test.each(['constructor', '__proto__'])('%s is none', (text) => {
    expect(failure({ env: { THEO_LOG_LEVEL: text } }).message).toContain('must be one of fatal, error');
  });
});

test('the model goes by its other names, too, and by the first of two', () => {
  const model = (env: Record<string, string>): string | null => loadConfig(sources({ env })).defaultModel;
  expect(model({ THEO_MODEL: 'a' })).toBe('a');
  expect(model({ THEO_MODEL: 'a', THEO_DEFAULT_MODEL: 'b' })).toBe('b');
});

describe('the environment', () => {
  test.each([
    [{ THEO_LOG_LEVEL: 'info', THEO_CONFIG: 'x', THEO_MODEL: 'm', THEO_SIMD: 'avx2', PATH: '/bin' }, []],
    [
      { THEO_LOGLEVEL: 'info' },
      ['the environment variable THEO_LOGLEVEL is not known: did you mean THEO_LOG_LEVEL?'],
    ],
    [
      { THEO_MAX_SESSION: '1' },
      ['the environment variable THEO_MAX_SESSION is not known: did you mean THEO_MAX_SESSIONS?'],
    ],
    [
      { THEO_WHATEVER_THIS_IS: '1' },
      [
        'the environment variable THEO_WHATEVER_THIS_IS is not known; docs/configuration.md lists those that are',
      ],
    ],
    [{ THEO_UNUSED: '' }, []],
  ])('%j: names what is not known', (env, warnings) => {
    expect(unknownVariables(env)).toEqual(warnings);
  });

  test('of Kubernetes, with services called "theo" and "theo-worker", says nothing to us', () => {
    const env = {
      THEO_PORT: 'tcp://10.0.0.1:8000',
      THEO_SERVICE_HOST: '10.0.0.1',
      THEO_SERVICE_PORT_HTTP: '8000',
      THEO_WORKER_PORT: 'tcp://10.0.0.2:50051',
      THEO_WORKER_PORT_50051_TCP_ADDR: '10.0.0.2',
      THEO_WORKER_SERVICE_HOST: '10.0.0.2',
    };
    expect(loadConfig(sources({ env }))).toEqual(loadConfig(sources()));
    expect(unknownVariables(env)).toEqual([]);
  });
});

describe('lists', () => {
  const worker = (parts: Partial<ConfigSources>): readonly string[] => loadConfig(sources(parts)).worker;

  test('are repeated flags, commas in a variable, or lists in a file', () => {
    const expected = ['gpu-1:50051', 'dns:///gpu:50051', '[::1]:50051'];
    expect(worker({ flags: { worker: expected } })).toEqual(expected);
    expect(worker({ env: { THEO_WORKER: expected.join(', ') } })).toEqual(expected);
    expect(worker({ configFile: file(`worker: ${JSON.stringify(expected)}`) })).toEqual(expected);
  });

  test.each([',', ' '])('%j is a slip and not an empty list', (text) => {
    expect(failure({ env: { THEO_API_KEYS: text } })).toEqual({
      code: 'invalid_value',
      message: 'THEO_API_KEYS: must be a list, each a string without spaces or commas',
    });
  });
});

describe('paths', () => {
  test.each([
    ['/abs', '/abs'],
    ['rel/dir', '/srv/rel/dir'],
  ])('%s in a flag is %s', (path, expected) => {
    expect(loadConfig(sources({ flags: { modelsDir: path } })).modelsDir).toBe(expected);
  });

  test('in a file are relative to it, and ~ is the home folder', () => {
    const at = (yaml: string): string => loadConfig(sources({ configFile: file(yaml) })).modelsDir;
    expect(at('models_dir: models')).toBe(join(home, 'models'));
    expect(at('models_dir: ~/m')).toBe(join(home, 'm'));
  });
});

describe('errors name where the value came from', () => {
  test.each([
    [{ flags: { port: 'abc' } }, '--port: must be an integer from 0 to 65535, not "abc"'],
    [{ flags: { port: '1e3' } }, '--port: must be an integer from 0 to 65535, not "1e3"'],
    [{ env: { THEO_PORT: '65536' } }, 'THEO_PORT: must be an integer from 0 to 65535, not "65536"'],
    [{ env: { THEO_LOG_FORMAT: 'xml' } }, 'THEO_LOG_FORMAT: must be one of pretty, json, not "xml"'],
    [{ flags: { host: 'a b' } }, '--host: must be a host name or an IP address, not "a b"'],
    [
      { flags: { worker: ['gpu'] } },
      '--worker: must be a list, each HOST:PORT or dns:///NAME:PORT, not ["gpu"]',
    ],
  ])('%j', (parts, message) => {
    expect(failure(parts)).toEqual({ code: 'invalid_value', message });
  });

  test.each([
    ['listen: gpu', 'invalid_value', 'listen: must be HOST:PORT, not "gpu"'],
    ['listen: "gpu:70000"', 'invalid_value', 'listen: must be HOST:PORT, not "gpu:70000"'],
    ['port: abc', 'invalid_value', 'port: must be an integer from 0 to 65535, not "abc"'],
    ['port: 80.5', 'invalid_value', 'port: must be an integer from 0 to 65535, not 80.5'],
    ['prot: 80', 'unknown_key', 'unknown key "prot"; did you mean "port"?'],
    ['maxSessions: 8', 'unknown_key', 'unknown key "maxSessions"; did you mean "max_sessions"?'],
    ['- port', 'unreadable_file', 'must be a mapping of keys to values'],
  ])('file with %s', (yaml, code, message) => {
    const configFile = file(yaml);
    expect(failure({ configFile })).toEqual({ code, message: `${configFile}: ${message}` });
  });

  test('an unknown key that resembles none is answered with all keys', () => {
    expect(failure({ configFile: file('zzzzzzzzzz: 1') }).message).toMatch(
      /keys are host, port, api_keys, .*log_level, listen, /,
    );
  });

  test.each([
    ['is not YAML', 'port: [', 'unreadable_file'],
    ['has a key twice', 'port: 1\nport: 2', 'unreadable_file'],
    ['is too large', `# ${'x'.repeat(300_000)}`, 'unreadable_file'],
  ])('a file that %s', (_, yaml, code) => {
    const configFile = file(yaml);
    const error = failure({ configFile });
    expect(error.code).toBe(code);
    expect(error.message.startsWith(`${configFile}: `)).toBe(true);
  });

  test.each([
    ['a pipe', (path: string) => spawnSync('mkfifo', [path]), 'it is a pipe, not a file'],
    ['a folder', (path: string) => mkdirSync(path), 'it is a folder, not a file'],
  ])('%s in the place of the usual file', (_, make, why) => {
    const path = join(home, '.theo', 'config.yaml');
    mkdirSync(join(home, '.theo'));
    make(path);
    expect(failure({}).message).toBe(`${path}: cannot be read: ${why}`);
  });

  test('a folder that is named', () => {
    expect(failure({ configFile: home }).message).toBe(`${home}: cannot be read: it is a folder, not a file`);
  });

  test('a pipe that is named is read to its end', async () => {
    const path = join(home, 'pipe');
    spawnSync('mkfifo', [path]);
    const writer = spawn('sh', ['-c', '(echo "port: 1234"; echo "max_sessions: 7") > "$0"', path]);
    expect(loadConfig(sources({ configFile: path }))).toMatchObject({ port: 1234, maxSessions: 7 });
    await once(writer, 'exit');
  });

  test('/dev/null is a file without settings', () => {
    expect(loadConfig(sources({ configFile: '/dev/null' }))).toEqual(loadConfig(sources()));
  });

  test('a file that is named and missing', () => {
    expect(failure({ configFile: 'nope.yaml' })).toMatchObject({ code: 'unreadable_file' });
    expect(failure({ configFile: 'nope.yaml' }).message).toContain('/srv/nope.yaml');
  });

  test('local and remote workers together', () => {
    expect(failure({ flags: { workers: '2' }, env: { THEO_WORKER: 'a:1' } })).toEqual({
      code: 'conflict',
      message: '--workers and THEO_WORKER: local and remote workers exclude each other; set one of them',
    });
  });

  test('keys are never repeated', () => {
    expect(failure({ flags: { apiKeys: ['top secret'] } }).message).not.toContain('secret');
  });
});
