import type { Command } from 'commander';
import { serverKeys } from '../config/options.ts';
import { startServer } from '../server/app.ts';
import { firstSteps } from './first-steps.ts';
import { runLogged } from './logged.ts';
import { addPullFlag, offerPull, type PullOfferFlags } from './pull-offer.ts';
import { runService, type Service } from './service.ts';
import { addSettings } from './settings.ts';

/** `theo serve`: runs until SIGINT, SIGTERM or SIGHUP; a second signal ends it at once. */
export function registerServe(program: Command): void {
  const command = program
    .command('serve')
    .description('serve ws://HOST:PORT/v1/realtime, /health and /metrics');
  addPullFlag(command);
  const settingsOf = addSettings(command, serverKeys);
  command.action(async (options: PullOfferFlags & Record<string, unknown>) => {
    const warnings: string[] = [];
    const config = settingsOf(options, (message) => warnings.push(message));
    await runLogged(config, async (log) => {
      for (const message of warnings) log.warn(message);
      // What remote workers serve is theirs.
      if (config.worker.length === 0) await offerPull(config.defaultModel, config, options);
      const open = async (signal: AbortSignal): Promise<Service> => {
        const server = await startServer(config, log, signal);
        return { address: server.url, notes: firstSteps(server, config), close: () => server.close() };
      };
      await runService(open, log, 'finishing the live sessions');
    });
  });
}
