import { systemClock } from '../clock.ts';
import { ConfigError } from '../config/errors.ts';
import type { ServerConfig } from '../config/options.ts';
import { readPemFile } from '../config/pem-file.ts';
import { usableCores } from '../engine/cores.ts';
import { loadChosen } from '../engine/default-engine.ts';
import { logModels } from '../engine/loading.ts';
import { ModelEngines, measuringBudgetMs } from '../engine/model-engines.ts';
import type { RemoteEnginesParts } from '../engine/remote/remote-engines.ts';
import { defaultStreamTiming } from '../engine/remote/remote-stream.ts';
import type { WorkerStatus } from '../engine/remote/remote-worker.ts';
import type { WorkerTls } from '../engine/remote/worker-client.ts';
import type { Engines } from '../engine/types.ts';
import type { ModelRegistry } from '../models/registry.ts';
import type { NativeAddon } from '../native.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';

/** How long the start waits for the first worker. */
const startupWaitMs = 10_000;

export interface EnginesParts {
  readonly registry: ModelRegistry;
  readonly addon: NativeAddon;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The engines of a server, wherever they run. */
export interface ServerEngines {
  readonly engines: Engines;
  /**
   * Loads the default model, if models run in this process. Else starts the server's own worker processes, if there are
   * any, and waits a while for the first worker.
   * @throws Error when the model cannot be loaded
   */
  start(): Promise<void>;
  /** The model for users who name none; null while it is not known. */
  defaultModel(): string | null;
  /** Whether sessions can be served now. */
  isReady(): boolean;
  /** Closes the engines and ends the processes that were started for them. Idempotent. */
  close(): Promise<void>;
}

/** Makes the engines: in this process, in worker processes, or on remote workers. @throws ConfigError, ModelError */
export async function openEngines(config: ServerConfig, parts: EnginesParts): Promise<ServerEngines> {
  if (config.workers > 0) return managedWorkers(config, parts);
  return config.worker.length > 0 ? remoteWorkers(config, parts) : inProcess(config, parts);
}

function inProcess(config: ServerConfig, { registry, addon, metrics, log }: EnginesParts): ServerEngines {
  const engines = new ModelEngines({
    registry,
    addon,
    clock: systemClock,
    observer: metrics.decodes,
    decodeSlots: config.decodeSlots,
    cores: config.cores,
    measuringBudgetMs,
    ...logModels(log),
  });
  let loaded: string | null = null;
  return {
    engines,
    defaultModel: () => loaded,
    isReady: () => loaded !== null,
    start: async () => {
      const engine = await loadChosen(engines, registry, config.defaultModel, ({ code, message }) =>
        log.error({ code }, `model left out: ${message}`),
      );
      loaded = engine.model;
    },
    close: () => engines.close(),
  };
}

async function remoteWorkers(config: ServerConfig, { metrics, log }: EnginesParts): Promise<ServerEngines> {
  const { ConfiguredAddresses } = await import('../engine/remote/addresses.ts');
  return openRemote(config, metrics, log, {
    addresses: new ConfiguredAddresses(config.worker, systemClock),
    tls: readTls(config),
    onChange: (status) => logChange(log, status),
  });
}

/** `--workers N`: all of them serve the same model. */
async function managedWorkers(
  config: ServerConfig,
  { registry, metrics, log }: EnginesParts,
): Promise<ServerEngines> {
  const { WorkerManager } = await import('../worker/manager.ts');
  const model = registry.choose(config.defaultModel).manifest.name;
  const manager = new WorkerManager({
    count: config.workers,
    model,
    modelsDir: config.modelsDir,
    decodeSlots: config.decodeSlots,
    cores: usableCores(config.cores),
    logFormat: config.logFormat,
    logLevel: config.logLevel,
    clock: systemClock,
    log,
  });
  metrics.observeRestarts(() => manager.restarts);
  const engines = await openRemote(config, metrics, log, {
    addresses: manager,
    tls: null,
    models: [model],
    onChange: (status) => {
      manager.note(status);
      logChange(log, status);
    },
  });
  return {
    ...engines,
    start: () => {
      manager.start();
      return engines.start();
    },
    close: async () => {
      await engines.close();
      await manager.close(config.drainGraceMs);
    },
  };
}

// gRPC is loaded only where it is used.
async function openRemote(
  config: ServerConfig,
  metrics: Metrics,
  log: Logger,
  parts: Omit<RemoteEnginesParts, 'clock' | 'streamTiming'>,
): Promise<ServerEngines> {
  const { RemoteEngines } = await import('../engine/remote/remote-engines.ts');
  const engines = new RemoteEngines({
    ...parts,
    clock: systemClock,
    streamTiming: { ...defaultStreamTiming, finalMs: config.workerTimeoutMs },
  });
  metrics.observeWorkers(() => engines.workers);
  return {
    engines,
    defaultModel: () => config.defaultModel ?? engines.names[0] ?? null,
    isReady: () => engines.isServing(config.defaultModel),
    // The server starts even without a worker: /health says 503 until one comes.
    start: async () => {
      const waited = new Promise<void>((resolve) => setTimeout(resolve, startupWaitMs).unref());
      await Promise.race([engines.ready(config.defaultModel), waited]);
      if (!engines.isServing(config.defaultModel))
        log.warn({ workers: engines.workers }, 'no worker takes work yet');
    },
    close: () => engines.close(),
  };
}

function readTls({ workerTlsCa, workerTlsCert, workerTlsKey }: ServerConfig): WorkerTls | null {
  if ((workerTlsCert === null) !== (workerTlsKey === null)) {
    throw new ConfigError('conflict', 'a certificate for workers needs its key and the other way round');
  }
  if (workerTlsCa === null) {
    if (workerTlsCert === null) return null;
    throw new ConfigError('conflict', 'a certificate for workers needs the authority of theirs: set it too');
  }
  const read = (file: string | null): Buffer | null => (file === null ? null : readPemFile(file));
  return { ca: read(workerTlsCa), cert: read(workerTlsCert), key: read(workerTlsKey) };
}

function logChange(log: Logger, status: WorkerStatus): void {
  if (status.state === 'serving') log.info(status, 'worker takes work');
  else log.warn(status, 'worker takes no work');
}
