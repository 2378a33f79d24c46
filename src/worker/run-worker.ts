import { StreamingPreprocessor } from '../audio/preprocessor.ts';
import { systemClock } from '../clock.ts';
import { defaultSlots, usableCores } from '../engine/cores.ts';
import { logModels } from '../engine/loading.ts';
import { ModelEngines, measuringBudgetMs } from '../engine/model-engines.ts';
import { joinHostPort, splitHostPort } from '../host-port.ts';
import { ModelRegistry } from '../models/registry.ts';
import { loadNative } from '../native.ts';
import type { Logger } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import { type Opened, openTogether } from '../opened.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { SileroClassifier } from '../vad/silero-classifier.ts';
import { MetricsEndpoint } from './metrics-endpoint.ts';
import { type ServerTls, WorkerServer } from './worker-server.ts';

export interface WorkerOptions {
  /** Name or alias of the one model that it serves; null: the default one. */
  readonly model: string | null;
  readonly modelsDir: string;
  /** HOST:PORT; port 0: any free one. */
  readonly listen: string;
  /** Port of the metrics; null: no metrics; 0: any free port. */
  readonly metricsPort: number | null;
  /** 0: chosen from the cores. */
  readonly decodeSlots: number;
  /** Cores that decodes may use; 0: all. */
  readonly cores: number;
  readonly tls: ServerTls | null;
}

/** A worker that takes work. */
export interface RunningWorker {
  /** HOST:PORT */
  readonly address: string;
  /** Says NOT_SERVING, lets the calls end within `graceMs`, frees everything. Idempotent. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts a worker: one model behind one gRPC server, which answers health calls while the model loads.
 * @param signal ends the start, and everything that has been opened by then is closed.
 * @throws NativeLoadError, ModelError, EngineError; Error when a port is taken; the signal's reason
 */
export function runWorker(options: WorkerOptions, log: Logger, signal: AbortSignal): Promise<RunningWorker> {
  return openTogether((opened) => open(opened, options, log, signal));
}

async function open(
  opened: Opened,
  options: WorkerOptions,
  log: Logger,
  signal: AbortSignal,
): Promise<RunningWorker> {
  const registry = await ModelRegistry.open({ modelsDir: options.modelsDir });
  const metrics = new Metrics();
  metrics.observeLogLinesLost(() => log.linesLost ?? 0);
  const addon = loadNative();
  const classifier = new SileroClassifier({
    onChange: (failure) => {
      if (failure) log.error({ err: failure }, 'no voice activity detection: recordings fail');
      else log.info('voice activity detection works again');
    },
  });
  opened.add(() => classifier.close());
  const engines = new ModelEngines({
    registry,
    addon,
    clock: systemClock,
    observer: metrics.decodes,
    decodeSlots: options.decodeSlots,
    cores: options.cores,
    measuringBudgetMs,
    ...logModels(log),
  });
  opened.add(() => engines.close());
  const { name, engine: engineName, capabilities } = registry.choose(options.model).manifest;
  const [host] = splitHostPort(options.listen);
  const decodeSlots = options.decodeSlots || defaultSlots(usableCores(options.cores));
  const server = await WorkerServer.start(
    { model: name, engine: engineName, decodeSlots, languages: capabilities.languages },
    {
      listen: options.listen,
      tls: options.tls,
      clock: systemClock,
      recordings: {
        classifier,
        createPreprocessor: (inputSampleRate) => new StreamingPreprocessor(addon, { inputSampleRate }),
      },
    },
  );
  opened.add(() => server.close(0));
  if (options.metricsPort !== null) {
    const endpoint = await MetricsEndpoint.start(metrics, host, options.metricsPort);
    opened.add(() => endpoint.close());
    log.info(`metrics on http://${joinHostPort(host, endpoint.port)}/metrics`);
  }
  const engine = await unlessAborted(engines.get(name), signal);
  if (!engine) throw new Error(`no model "${name}"`);
  server.serve(engine, engine.device ?? '');
  log.info({ model: name, decodeSlots: engine.decodeSlots ?? decodeSlots }, 'worker takes work');
  const close = async (graceMs: number): Promise<void> => {
    await server.close(graceMs);
    await opened.close();
  };
  return { address: server.address, close };
}
