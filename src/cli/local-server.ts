import type { ServerConfig } from '../config/options.ts';
import type { Logger } from '../observability/logger.ts';
import { startServer, type TheoServer } from '../server/app.ts';

/** A server for the command itself: one model, in this process, on a free port of this machine, without keys. */
export function startLocalServer(settings: ServerConfig, model: string, log: Logger): Promise<TheoServer> {
  const local = { host: '127.0.0.1', port: 0, apiKeys: [], workers: 0, worker: [], defaultModel: model };
  return startServer({ ...settings, ...local }, log);
}
