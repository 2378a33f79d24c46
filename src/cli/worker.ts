import { type Command, Option } from 'commander';
import { ConfigError } from '../config/errors.ts';
import { type WorkerConfig, workerKeys } from '../config/options.ts';
import { readPemFile } from '../config/pem-file.ts';
import { loadNative } from '../native.ts';
import { runWorker } from '../worker/run-worker.ts';
import type { ServerTls } from '../worker/worker-server.ts';
import { runLogged } from './logged.ts';
import { addPullFlag, offerPull, type PullOfferFlags } from './pull-offer.ts';
import { runService, type Service } from './service.ts';
import { addSettings } from './settings.ts';

interface WorkerFlags extends PullOfferFlags {
  readonly exitWithStdin?: boolean;
}

/** `theo worker`: serves one model over gRPC until SIGINT, SIGTERM or SIGHUP; a second signal ends it at once. */
export function registerWorker(program: Command): void {
  const command = program
    .command('worker')
    .description('serve one model over gRPC, for "theo serve --worker HOST:PORT"')
    .addOption(new Option('--exit-with-stdin', 'end at once when stdin ends').hideHelp());
  addPullFlag(command);
  const settingsOf = addSettings(command, workerKeys);
  command.action(async (options: WorkerFlags & Record<string, unknown>) => {
    const warnings: string[] = [];
    const settings = settingsOf(options, (message) => warnings.push(message));
    // Before anything else: whoever started this process may be gone already.
    if (options.exitWithStdin) endWithParent();
    // One that a server starts for itself is for that server alone, whatever the file and the environment say of others.
    const own = options.exitWithStdin ? { metricsPort: null, tls: null } : { tls: readTls(settings) };
    try {
      await runLogged(settings, async (log) => {
        // The server that started it has said so already.
        if (!options.exitWithStdin) for (const message of warnings) log.warn(message);
        await offerPull(settings.defaultModel, settings, options);
        const open = async (signal: AbortSignal): Promise<Service> => {
          const worker = await runWorker({ ...settings, model: settings.defaultModel, ...own }, log, signal);
          return { address: worker.address, close: () => worker.close(settings.drainGraceMs) };
        };
        await runService(open, log, 'finishing the calls in progress');
      });
    } finally {
      // Else it keeps a process alive that has nothing left to do.
      if (options.exitWithStdin) process.stdin.destroy();
    }
  });
}

/** The end of stdin is noticed everywhere, also when it was there before; the kernel ends a process that hangs too. */
function endWithParent(): void {
  const exit = (): void => process.exit(0);
  process.stdin.on('end', exit).on('error', exit).resume();
  loadNative().dieWithParent();
}

/** @throws ConfigError where one is given without the others that it needs */
function readTls({ tlsCert, tlsKey, tlsClientCa }: WorkerConfig): ServerTls | null {
  if (tlsCert === null && tlsKey === null && tlsClientCa === null) return null;
  if (tlsCert === null || tlsKey === null) {
    throw new ConfigError('conflict', '--tls-cert and --tls-key go together; --tls-client-ca needs both');
  }
  return {
    cert: readPemFile(tlsCert),
    key: readPemFile(tlsKey),
    clientCa: tlsClientCa === null ? null : readPemFile(tlsClientCa),
  };
}
