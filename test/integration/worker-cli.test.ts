import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { clip } from '../support/clips.ts';
import { modelsDir } from '../support/models.ts';
import { startServerProcess } from '../support/server-process.ts';
import { collect, connect, finalOf, samplesOf, streamOptions, writeHops } from './worker-support.ts';

const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Runs `theo` with its standard streams as pipes. */
function theo(args: readonly string[]) {
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args], {
    env: { ...process.env, HOME: '/nonexistent', THEO_MODELS_DIR: modelsDir },
  });
  running.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (output.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output.stderr += data.toString()));
  const ended = once(child, 'close').then(([code]) => ({ ...output, code: code as number | null }));
  const listening = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /^listening on (\S+)$/.exec(line)?.[1];
      if (address) resolve(address);
    });
    child.on('exit', () => reject(new Error(output.stderr)));
  });
  listening.catch(() => {});
  return { child, ended, listening, output };
}

describe('theo worker', () => {
  test('serves a model and its metrics, and finishes its calls on SIGTERM', async () => {
    const worker = theo(['worker', '--model', 'theo-demo', '--listen', '127.0.0.1:0', '--metrics-port', '0']);
    const { engines, engine } = await connect([await worker.listening]);
    const stream = engine.openStream(streamOptions);
    writeHops(stream, samplesOf(clip('en_01')));
    for await (const event of stream.events) {
      if (event.type === 'partial') break;
    }
    const url = /http:\S+\/metrics/.exec(worker.output.stderr)?.[0] ?? '';
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(await response.text()).toContain('theo_engine_decode_seconds_count{kind="partial"}');
    expect((await fetch(url.replace('/metrics', '/other'))).status).toBe(404);

    worker.child.kill('SIGTERM');
    stream.flush();
    expect(finalOf(await collect(stream)).transcript.text).toBe(clip('en_01').text);
    expect((await worker.ended).code).toBe(0);
    await engines.close();
  });

  test('called in a way that cannot work it says what is wrong', async () => {
    const demo = ['--model', 'theo-demo'];
    const mistakes: readonly (readonly [args: readonly string[], message: string])[] = [
      [[...demo, '--listen', 'nowhere'], '--listen: must be HOST:PORT, not "nowhere"'],
      [[...demo, '--tls-cert', 'no.pem', '--tls-key', 'no.pem'], 'no.pem: cannot be read: no such file'],
      [[...demo, '--metrics-port', '70000'], 'from 0 to 65535'],
      [[...demo, '--tls-cert', 'x.pem'], '--tls-cert and --tls-key go together'],
    ];
    const outcomes = await Promise.all(mistakes.map(([args]) => theo(['worker', ...args]).ended));
    expect(outcomes.map(({ code }) => code)).toEqual(mistakes.map(() => 2));
    for (const [index, [, message]] of mistakes.entries()) expect(outcomes[index]?.stderr).toContain(message);
  });

  test('names the models there are', async () => {
    const { code, stderr } = await theo(['worker', '--model', 'other']).ended;
    expect(stderr).toContain('no model "other" (available: theo-demo, whisper-base)');
    expect(code).toBe(2);
  });

  test('takes its settings from a file, too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'theo-worker-'));
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      'default_model: theo-demo\nlisten: 127.0.0.1:0\nmetrics_port: 0\nlog_format: json\n',
    );
    const worker = theo(['worker', '--config', config]);
    const { engines } = await connect([await worker.listening]);
    expect(engines.names).toEqual(['theo-demo']);
    expect(worker.output.stderr).toMatch(/^\{.*metrics on http/m);
    await engines.close();
  });

  test('serves the only installed model when none is named', async () => {
    const worker = theo(['worker', '--listen', '127.0.0.1:0']);
    const { engines } = await connect([await worker.listening]);
    expect(engines.names).toEqual(['theo-demo']);
    await engines.close();
  });

  test('says when its port is taken', async () => {
    const first = theo(['worker', '--model', 'theo-demo', '--listen', '127.0.0.1:0']);
    const address = await first.listening;
    const { code, stderr } = await theo(['worker', '--model', 'theo-demo', '--listen', address]).ended;
    expect(stderr).toContain(`cannot listen on ${address}`);
    expect(code).toBe(1);
  });
});

describe('theo ps', () => {
  test('shows a server and its remote workers', async () => {
    const worker = theo(['worker', '--model', 'theo-demo', '--listen', '127.0.0.1:0']);
    const address = await worker.listening;
    const server = await startServerProcess(['--worker', address, '--worker', '127.0.0.1:1']);
    const shown = await theo(['ps', '--url', server.url]).ended;
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain(`at ${server.url}: ok`);
    expect(shown.stdout).toContain('models:   theo-demo');
    expect(shown.stdout).toContain('sessions: 0');
    expect(shown.stdout).toContain(`${address}  up  theo-demo  0 active`);
    expect(shown.stdout).toContain('127.0.0.1:1  down  model unknown  0 active');
    const json = JSON.parse((await theo(['ps', '--json', '--url', server.url]).ended).stdout) as object;
    expect(json).toMatchObject({ status: 'ok', workers: [{ address, isUp: true }, { isUp: false }] });
    await server.stop();
  });

  test('says when no server runs', async () => {
    const { code, stderr } = await theo(['ps', '--url', 'http://127.0.0.1:1']).ended;
    expect(stderr).toBe('theo: no server answers at http://127.0.0.1:1: start one with: theo serve\n');
    expect(code).toBe(1);
  });

  test('says when something else runs', async () => {
    const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await theo(['ps', '--url', `http://127.0.0.1:${port}`]).ended;
    expect(stderr).toContain('is not a Theo server');
    expect(code).toBe(1);
    other.close();
  });
});
