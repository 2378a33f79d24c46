import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { clip } from '../support/clips.ts';
import { modelsDir } from '../support/models.ts';
import { RealtimeClient } from '../support/realtime-client.ts';
import { canTrace, type Traces, watch } from '../support/watched-process.ts';

const recording = 'test/fixtures/audio/en_03.wav';
const main = 'dist/cli/main.js';
const models = ['--models-dir', modelsDir];

/** Starts a server of the package, as a program that uses it would. */
const consumer = `
  import { createLogger, loadConfig, startServer } from '${new URL('../../dist/index.js', import.meta.url)}';
  const flags = { port: '0', modelsDir: '${modelsDir}' };
  const config = loadConfig({ flags, env: {}, homeDir: '/nonexistent', cwd: '/' });
  const server = await startServer(config, createLogger({ format: 'json', level: 'warn' }));
  await server.close();`;

function expectNothing(traces: Traces): void {
  expect(traces).toEqual({
    exitCode: 0,
    stderr: expect.any(String),
    files: [],
    changes: [],
    strangers: [],
  });
}

/** Lets a server hear something, then ends it. */
async function talkTo(server: ChildProcess): Promise<void> {
  const url = await new Promise<string>((resolve, reject) => {
    if (!server.stdout) throw new Error('no stdout');
    createInterface({ input: server.stdout }).on('line', (line) => {
      const found = /^listening on http(\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(`ws${found}/v1/realtime`);
    });
    server.once('exit', () => reject(new Error('the server has ended')));
  });
  const client = await RealtimeClient.open(url);
  client.sendAtOnce(clip('en_03').samples);
  await client.finish();
  expect(client.of('transcript.final')).toHaveLength(1);
  server.kill('SIGTERM');
}

// Without the trace it is still seen what lies in the folders that such things use.
describe(`nothing leaves the machine or is left on it${canTrace ? '' : ' (sockets not watched: no strace)'}`, () => {
  it.each([
    { name: 'doctor', args: ['doctor'] },
    { name: 'transcribe', args: ['transcribe', ...models, recording] },
    { name: 'transcribe --stream', args: ['transcribe', '--stream', ...models, recording] },
    { name: 'demo', args: ['demo', ...models, recording] },
  ])('theo $name', async ({ args }) => expectNothing(await watch([main, ...args])));

  it.each([
    { name: 'serve', flags: [] },
    { name: 'serve --workers 1', flags: ['--workers', '1'] },
  ])('theo $name', async ({ flags }) => {
    expectNothing(await watch([main, 'serve', '--port', '0', ...models, ...flags], talkTo));
  });

  it('a program that uses the package', async () => {
    expectNothing(await watch(['--input-type=module', '--eval', consumer]));
  });

  it('a program that uses it in a worker thread, whose environment is a copy', async () => {
    const url = JSON.stringify(`data:text/javascript,${encodeURIComponent(consumer)}`);
    const program = `new (require('node:worker_threads').Worker)(new URL(${url}))`;
    expectNothing(await watch(['--eval', program]));
  });
});
