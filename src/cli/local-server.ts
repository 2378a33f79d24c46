import type { ServerConfig } from '../config/options.ts';
import type { Logger } from '../observability/logger.ts';
import { startServer, type TheoServer } from '../server/app.ts';

/** A server that has loaded its model. */
export interface LocalServer extends TheoServer {
  readonly model: string;
}

/**
 * A server for the command itself: in this process, on a free port of this machine, without keys.
 * @throws as `startServer`
 */
export async function startLocalServer(settings: ServerConfig, log: Logger): Promise<LocalServer> {
  const local = { host: '127.0.0.1', port: 0, apiKeys: [], workers: 0, worker: [] };
  const server = await startServer({ ...settings, ...local }, log);
  const { model } = server;
  if (model !== null) return { ...server, model };
  await server.close();
  throw new Error('no model has been loaded');
}
