import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { registerFlags } from '../config/flags.ts';
import { loadNative } from '../native.ts';
import { createLogger } from '../observability/logger.ts';
import { runWorker, type WorkerOptions } from '../worker/run-worker.ts';
import type { ServerTls } from '../worker/worker-server.ts';
import { UsageError } from './errors.ts';
import { modelHelp } from './model-choice.ts';
import { settingsOf } from './settings.ts';

interface Arguments {
  readonly model?: string;
  readonly listen: string;
  readonly metricsPort?: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  readonly exitWithStdin?: boolean;
}

/** `theo worker`: serves one model over gRPC until SIGINT or SIGTERM; a second signal ends it at once. */
export function registerWorker(program: Command): void {
  const command = program
    .command('worker')
    .description('serve one model over gRPC, for "theo serve --worker HOST:PORT"')
    .addOption(new Option('--model <name>', modelHelp).env('THEO_MODEL'))
    .addOption(
      new Option('--listen <host:port>', 'address to listen on; port 0 for any free one')
        .env('THEO_LISTEN')
        .default('127.0.0.1:50051')
        .argParser(parseAddress),
    )
    .addOption(
      new Option('--metrics-port <port>', 'serve GET /metrics on this port too; 0 for any free one')
        .env('THEO_METRICS_PORT')
        .argParser(parsePort),
    )
    .addOption(
      new Option('--tls-cert <file>', 'certificate chain, PEM; encrypts the connections').env(
        'THEO_TLS_CERT',
      ),
    )
    .addOption(new Option('--tls-key <file>', "the certificate's private key, PEM").env('THEO_TLS_KEY'))
    .addOption(
      new Option('--tls-client-ca <file>', 'take only callers with a certificate signed by these, PEM').env(
        'THEO_TLS_CLIENT_CA',
      ),
    )
    .addOption(new Option('--exit-with-stdin', 'end at once when stdin ends').hideHelp());
  registerFlags(command, ['modelsDir', 'decodeSlots', 'drainGraceMs', 'logFormat', 'logLevel']);
  command.action(async (options: Arguments & Record<string, unknown>) => {
    const config = settingsOf(options);
    const log = createLogger({ format: config.logFormat, level: config.logLevel });
    // Before anything else: whoever started this process may be gone already.
    if (options.exitWithStdin) endWithParent();
    await serveModel(
      {
        model: options.model ?? config.defaultModel,
        modelsDir: config.modelsDir,
        listen: options.listen,
        metricsPort: options.metricsPort ?? null,
        decodeSlots: config.decodeSlots,
        tls: readTls(options),
      },
      config.drainGraceMs,
      log,
    );
    if (options.exitWithStdin) process.stdin.destroy();
  });
}

async function serveModel(
  options: WorkerOptions,
  graceMs: number,
  log: ReturnType<typeof createLogger>,
): Promise<void> {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(1);
    log.info(`${signal}: finishing the calls in progress`);
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const worker = await runWorker(options, log);
  console.log(`listening on ${worker.address}`);
  if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
  await worker.close(graceMs);
  process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
}

/** The end of stdin is noticed everywhere, also when it was there before; the kernel ends a process that hangs too. */
function endWithParent(): void {
  const exit = (): void => process.exit(0);
  process.stdin.on('end', exit).on('error', exit).resume();
  loadNative().dieWithParent();
}

function readTls({ tlsCert, tlsKey, tlsClientCa }: Arguments): ServerTls | null {
  if (tlsCert === undefined && tlsKey === undefined && tlsClientCa === undefined) return null;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new UsageError('--tls-cert and --tls-key go together; --tls-client-ca needs both');
  }
  return {
    cert: readFileSync(tlsCert),
    key: readFileSync(tlsKey),
    clientCa: tlsClientCa === undefined ? null : readFileSync(tlsClientCa),
  };
}

function parseAddress(text: string): string {
  const [, port] = /^(?:\[[0-9A-Fa-f:.]+\]|[^\s/:,]+):(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) throw new InvalidArgumentError('It must be HOST:PORT.');
  return text;
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be an integer from 0 to 65535.');
  }
  return Number(text);
}
