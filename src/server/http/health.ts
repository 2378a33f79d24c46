import type { TemplatedApp } from 'uWebSockets.js';
import { respondJson } from './respond.ts';

export interface Health {
  readonly status: 'ok' | 'loading' | 'draining';
  readonly version: string;
  readonly models: readonly string[];
}

/** `GET /health`: 200 while sessions are welcome, 503 while the server loads or drains. */
export function healthRoute(app: TemplatedApp, health: () => Health): void {
  app.get('/health', (response) => {
    const state = health();
    respondJson(response, state.status === 'ok' ? 200 : 503, state);
  });
}
