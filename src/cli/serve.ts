import type { Command } from 'commander';
import { serverKeys } from '../config/options.ts';
import { createLogger } from '../observability/logger.ts';
import { startServer } from '../server/app.ts';
import { addSettings } from './settings.ts';

/** `theo serve`: runs until SIGINT or SIGTERM; a second signal ends it at once. */
export function registerServe(program: Command): void {
  const command = program
    .command('serve')
    .description('serve ws://HOST:PORT/v1/realtime, /health and /metrics');
  const settingsOf = addSettings(command, serverKeys);
  command.action(async (options: Record<string, unknown>) => {
    const warnings: string[] = [];
    const config = settingsOf(options, (message) => warnings.push(message));
    const log = createLogger({ format: config.logFormat, level: config.logLevel });
    for (const message of warnings) log.warn(message);
    const stop = new AbortController();
    const onSignal = (signal: NodeJS.Signals): void => {
      if (stop.signal.aborted) process.exit(1);
      log.info(`${signal}: finishing the live sessions`);
      stop.abort();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
    const server = await startServer(config, log);
    console.log(`listening on ${server.url}`);
    if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
    await server.close();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  });
}
