// The server's process: see ServerProcess. Run with an IPC channel; it ends when the channel does, however that comes.

import { tmpdir } from 'node:os';
import { loadConfig } from '../config/load.ts';
import { messageOf } from '../errors.ts';
import { createLogger } from '../observability/logger.ts';
import { startServer, type TheoServer } from '../server/app.ts';
import type { ServerAnswer, ServerRequest } from './server-process.ts';

let server: TheoServer | undefined;

function answer(message: ServerAnswer): void {
  process.send?.(message);
}

process.on('message', async (request: ServerRequest) => {
  if (request.type === 'use') {
    const { user, system } = process.cpuUsage();
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
    answer({ type: 'use', cpuSeconds: (user + system) / 1e6, peakMemoryBytes });
    return;
  }
  const { modelsDir, model, decodeSlots } = request;
  // The defaults, and nothing of the user's own settings: a key or a limit would change what is measured.
  const config = loadConfig({
    flags: { port: 0, modelsDir, defaultModel: model, decodeSlots },
    env: {},
    homeDir: modelsDir,
    cwd: tmpdir(),
  });
  try {
    server = await startServer(config, createLogger({ format: 'pretty', level: 'warn' }));
    answer({ type: 'listening', url: server.url });
  } catch (error) {
    answer({ type: 'failed', message: messageOf(error) });
  }
});

process.on('disconnect', () => void server?.close());
