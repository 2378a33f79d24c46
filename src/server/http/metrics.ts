import type { TemplatedApp } from 'uWebSockets.js';
import type { Metrics } from '../../observability/metrics.ts';
import { respond, respondError } from './respond.ts';

/** `GET /metrics`: the Prometheus text format. */
export function metricsRoute(app: TemplatedApp, metrics: Metrics): void {
  app.get('/metrics', (response) => {
    let isAborted = false;
    response.onAborted(() => {
      isAborted = true;
    });
    metrics.render().then(
      (text) => {
        if (!isAborted) respond(response, 200, metrics.contentType, text);
      },
      (error: unknown) => {
        if (!isAborted)
          respondError(response, 500, `metrics cannot be rendered: ${String(error)}`, 'internal_error');
      },
    );
  });
}
