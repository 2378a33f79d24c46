import type { TemplatedApp } from 'uWebSockets.js';
import { respondJson } from './respond.ts';

export interface Health {
  /** error: sessions would fail at the moment; the server tries to recover. */
  readonly status: 'ok' | 'loading' | 'draining' | 'error';
  readonly version: string;
  readonly models: readonly string[];
}

/** `GET /health`: 200 while sessions can begin, 503 while the server loads, drains or cannot serve them. */
export function healthRoute(app: TemplatedApp, health: () => Health): void {
  app.get('/health', (response) => {
    const state = health();
    respondJson(response, state.status === 'ok' ? 200 : 503, state);
  });
}
