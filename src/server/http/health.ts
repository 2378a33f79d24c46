import type { TemplatedApp } from 'uWebSockets.js';
import type { Engines } from '../../engine/types.ts';
import { respondJson } from './respond.ts';

export interface Health {
  /** error: sessions would fail at the moment; the server tries to recover. */
  readonly status: 'ok' | 'loading' | 'draining' | 'error';
  readonly version: string;
  readonly models: readonly string[];
  /** What each model that is loaded can do on this machine, as far as that was measured. */
  readonly capacity: Readonly<Record<string, ModelCapacity>>;
}

/** `Capacity` as it is sent. */
export interface ModelCapacity {
  readonly first_text_ms: number;
  readonly people_at_once: number;
  readonly partial_ms: number;
  readonly seconds_per_file_second: number;
}

/** The measured capacities of the models that are loaded. */
export function capacitiesOf(engines: Engines): Health['capacity'] {
  return Object.fromEntries(
    engines.names.flatMap((name) => {
      const capacity = engines.loaded(name)?.capacity;
      if (!capacity) return [];
      const { firstTextMs, peopleAtOnce, partialMs, secondsPerFileSecond } = capacity;
      const told: ModelCapacity = {
        first_text_ms: Math.round(firstTextMs),
        people_at_once: peopleAtOnce,
        partial_ms: Math.round(partialMs),
        seconds_per_file_second: Number(secondsPerFileSecond.toPrecision(3)),
      };
      return [[name, told]];
    }),
  );
}

/** `GET /health`: 200 while sessions can begin, 503 while the server loads, drains or cannot serve them. */
export function healthRoute(app: TemplatedApp, health: () => Health): void {
  app.get('/health', (response) => {
    const state = health();
    respondJson(response, state.status === 'ok' ? 200 : 503, state);
  });
}
