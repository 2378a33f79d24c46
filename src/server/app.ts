import { StreamingPreprocessor } from '../audio/preprocessor.ts';
import { systemClock } from '../clock.ts';
import type { ServerConfig } from '../config/options.ts';
import { joinHostPort } from '../host-port.ts';
import { ModelRegistry } from '../models/registry.ts';
import { loadNative } from '../native.ts';
import type { Logger } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import { type Opened, openTogether } from '../opened.ts';
import type { SessionLog } from '../session/parts.ts';
import { createTextPipeline, type StageErrorHandler, type TextOptions } from '../text/index.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { passThroughOnFailure } from '../vad/pass-through.ts';
import { SileroClassifier } from '../vad/silero-classifier.ts';
import { version } from '../version.ts';
import { Connections } from './connections.ts';
import { openEngines } from './engines.ts';
import { capacitiesOf, type Health, healthRoute } from './http/health.ts';
import { metricsRoute } from './http/metrics.ts';
import { respondError } from './http/respond.ts';
import { listen } from './listen.ts';
import { connectionRoom, openFileLimit, openFileProblem } from './open-files.ts';
import { RealtimeRoute } from './realtime/realtime-route.ts';
import { loadUws } from './uws.ts';

/** A running server. */
export interface TheoServer {
  readonly url: string;
  readonly port: number;
  /** The model for clients that have no other wish; null while no worker has reported one. */
  readonly model: string | null;
  /** Drains within the configured grace period and frees everything. Idempotent. */
  close(): Promise<void>;
}

/**
 * Puts the whole runtime together, listens, and loads the default model. Until it is loaded, `/health` answers 503 and
 * sessions wait.
 * @param signal ends the start, and everything that has been opened by then is closed.
 * @throws NativeLoadError, ModelError; Error when the port is taken; the signal's reason
 */
export function startServer(
  config: ServerConfig,
  log: Logger,
  signal: AbortSignal = new AbortController().signal,
): Promise<TheoServer> {
  return openTogether((opened) => open(opened, config, log, signal));
}

async function open(
  opened: Opened,
  config: ServerConfig,
  log: Logger,
  signal: AbortSignal,
): Promise<TheoServer> {
  const uws = await loadUws();
  const addon = loadNative();
  const fileLimit = openFileLimit();
  const fileProblem = openFileProblem(fileLimit, config.maxSessions);
  if (fileProblem !== undefined) log.warn(fileProblem);
  const metrics = new Metrics();
  metrics.observeLogLinesLost(() => log.linesLost ?? 0);
  const registry = await ModelRegistry.open({ modelsDir: config.modelsDir });
  for (const problem of registry.problems)
    log.warn({ code: problem.code }, `model left out: ${problem.message}`);
  const backend = await openEngines(config, { registry, addon, metrics, log });
  opened.add(() => backend.close());
  const { engines } = backend;
  const needsClassifier = config.vadFailure === 'fail';
  const silero = new SileroClassifier({
    onChange: (failure) => {
      const instead = needsClassifier ? 'no session works' : 'every sound counts as speech';
      if (failure) log.error({ err: failure }, `no voice activity detection: ${instead}`);
      else log.info('voice activity detection works again');
    },
  });
  opened.add(() => silero.close());
  const classifier = needsClassifier ? silero : passThroughOnFailure(silero);
  const textStageFailed =
    (to: SessionLog): StageErrorHandler =>
    (stage, error) =>
      to.warn({ stage, err: error }, 'a text stage failed');
  const pipeline = createTextPipeline(textStageFailed(log));

  const app = uws.App();
  opened.add(() => app.close());
  const connections = new Connections(app, connectionRoom(fileLimit), { clock: systemClock, log });
  opened.add(() => connections.close());
  metrics.observeConnections(connections);
  let stage: 'loading' | 'ok' | 'draining' = 'loading';
  const status = (): Health['status'] => {
    if (stage !== 'ok') return stage;
    if (needsClassifier && silero.failure) return 'error';
    return backend.isReady() ? 'ok' : 'loading';
  };
  healthRoute(app, () => ({
    status: status(),
    version,
    models: engines.names,
    capacity: capacitiesOf(engines),
  }));
  metricsRoute(app, metrics);
  const realtime = new RealtimeRoute(
    app,
    {
      engines,
      clock: systemClock,
      log,
      onSocketEnd: () => connections.webSocketEnded(),
      sessionParts: {
        classifier,
        createPreprocessor: (inputSampleRate) => new StreamingPreprocessor(addon, { inputSampleRate }),
        postProcess: (text, options, sessionLog) =>
          pipeline.apply(
            { text, isFinal: true },
            { ...options, ...textOptions(config) },
            textStageFailed(sessionLog),
          ),
        maxBacklogMs: config.maxBacklogMs,
        metrics: metrics.session,
        log,
        clock: systemClock,
      },
    },
    config,
  );
  app.any('/*', (response, request) => {
    respondError(
      response,
      404,
      `no route ${request.getMethod().toUpperCase()} ${request.getUrl()}`,
      'not_found',
    );
  });

  const listening = await listen(uws, app, config.host, config.port);
  // Closed after the sessions: until then, new clients are told to try again later, and /health says draining.
  opened.add(() => listening.close());
  opened.add(() => {
    stage = 'draining';
    return realtime.drain(config.drainGraceMs);
  });

  await unlessAborted(backend.start(), signal);
  // Loaded now, so that the first session does not wait for it.
  await silero.load().catch((error: unknown) => {
    if (needsClassifier) throw error;
  });
  stage = 'ok';
  const { port } = listening;
  const url = `http://${joinHostPort(config.host, port)}`;
  return { url, port, model: backend.defaultModel(), close: () => opened.close() };
}

/** The server's settings for the text of finals. */
export function textOptions({
  entities,
  digitGrouping,
}: ServerConfig): Pick<TextOptions, 'entities' | 'grouping'> {
  return { entities, grouping: digitGrouping === 'thousands' };
}
