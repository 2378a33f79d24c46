import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { clip } from '../support/clips.ts';
import { RealtimeClient } from '../support/realtime-client.ts';
import { startServerProcess } from '../support/server-process.ts';

describe('theo serve', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('lets live sessions finish on %s', async (signal) => {
    const server = await startServerProcess();
    const client = await RealtimeClient.open(server.realtimeUrl);
    client.sendAtOnce(clip('en_03').samples);
    await client.next('vad.speech_start');
    const exited = once(server.process, 'exit');
    server.process.kill(signal);
    await client.closed;
    expect(client.of('transcript.final')).toHaveLength(1);
    expect(client.of('session.closed')).toMatchObject([{ reason: 'server_shutdown' }]);
    expect(await exited).toEqual([0, null]);
  });

  it('opens no inspector on SIGUSR1', async () => {
    const server = await startServerProcess();
    server.process.kill('SIGUSR1');
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await server.stop();
    expect(server.log.filter((line) => line.includes('Debugger'))).toEqual([]);
    expect(server.process.exitCode).toBe(0);
  });
});
