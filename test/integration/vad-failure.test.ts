import type { Worker } from 'node:worker_threads';
import { afterEach, expect, it } from 'vitest';
import { loadConfig } from '#theo/config/load.js';
import { createLogger } from '#theo/observability/logger.js';
import { startServer, type TheoServer } from '#theo/server/app.js';
import { clip } from '../support/clips.ts';
import { modelsDir } from '../support/models.ts';
import { RealtimeClient } from '../support/realtime-client.ts';
import { letDie } from '../support/vad-thread.ts';

const workers = new Set<Worker>();
let mayLive = true;
const onWorker = (worker: Worker): void => {
  if (mayLive) workers.add(worker);
  else letDie(worker);
};
let server: TheoServer | undefined;

afterEach(async () => {
  process.off('worker', onWorker);
  await server?.close();
});

async function health(url: string): Promise<{ readonly code: number; readonly status: string }> {
  const response = await fetch(`${url}/health`);
  return { code: response.status, status: ((await response.json()) as { status: string }).status };
}

async function hear(url: string): Promise<RealtimeClient> {
  const client = await RealtimeClient.open(`${url.replace('http', 'ws')}/v1/realtime`);
  client.sendAtOnce(clip('en_03').samples);
  await client.finish();
  return client;
}

it('a voice activity thread that keeps dying: /health says so, and all is well once it lives', async () => {
  process.on('worker', onWorker);
  const flags = { port: '0', modelsDir, drainGraceMs: '0' };
  const config = loadConfig({ flags, env: {}, homeDir: '/nonexistent', cwd: '/' });
  server = await startServer(config, createLogger({ format: 'json', level: 'silent' }));
  const { url } = server;
  expect(await health(url)).toEqual({ code: 200, status: 'ok' });

  mayLive = false;
  for (const worker of workers) letDie(worker);
  const failed = await hear(url);
  expect(failed.of('error')).toMatchObject([{ code: 'internal_error', recoverable: false }]);
  expect(await health(url)).toEqual({ code: 503, status: 'error' });

  mayLive = true;
  await expect.poll(() => health(url), { timeout: 50_000 }).toEqual({ code: 200, status: 'ok' });
  expect((await hear(url)).of('transcript.final')).toHaveLength(1);
});
