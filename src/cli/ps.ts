import type { Command } from 'commander';
import { capacityText } from '../engine/capacity-text.ts';
import type { Capacity } from '../engine/types.ts';
import { parseSamples, type Sample } from '../observability/prometheus-text.ts';
import type { ModelCapacity } from '../server/http/health.ts';
import { UsageError } from './errors.ts';

const timeoutMs = 5_000;

interface ServerHealth {
  readonly status: string;
  readonly version: string;
  readonly models: readonly string[];
  /** As `/health` has it; empty of a server that does not tell. */
  readonly capacity: Readonly<Record<string, ModelCapacity>>;
}

/** `theo ps`: what a running server is doing. */
export function registerPs(program: Command): void {
  program
    .command('ps')
    .description('show the health, models, workers and sessions of a running server')
    .option('--url <url>', 'where the server listens', 'http://127.0.0.1:8000')
    .option('--json', 'write JSON')
    .action(async ({ url, json }: { readonly url: string; readonly json?: boolean }) => {
      const state = await readState(parseServerUrl(url));
      console.log(json ? JSON.stringify(state, null, 2) : render(state));
    });
}

/** Where a server is, as people write it: HOST:PORT, http or ws, with or without a path. @throws UsageError */
export function parseServerUrl(text: string): URL {
  const url = /^[a-z]+:\/\//i.test(text) ? text.replace(/^ws/i, 'http') : `http://${text}`;
  if (URL.canParse(url) && /^https?:/i.test(url)) return new URL(url);
  throw new UsageError(`--url ${text}: must be the address of a server, such as http://127.0.0.1:8000`);
}

/** What `/health` and `/metrics` of a server come to. */
export interface ServerState extends ServerHealth {
  readonly url: string;
  readonly sessions: number;
  /** Decodes that wait; of a server with workers always 0. */
  readonly queuedDecodes: number;
  readonly workers: readonly {
    readonly address: string;
    readonly model: string;
    readonly isUp: boolean;
    readonly activeCalls: number;
  }[];
}

/** @throws Error saying that no server runs there */
export async function readState(url: URL): Promise<ServerState> {
  const [health, metrics] = await Promise.all([fetchText(url, '/health'), fetchText(url, '/metrics')]);
  const samples = parseSamples(metrics);
  const reading = (name: string): number => samples.find((sample) => sample.name === name)?.value ?? 0;
  return {
    url: url.origin,
    ...parseHealth(url, health),
    sessions: reading('theo_stt_active_sessions'),
    queuedDecodes: reading('theo_scheduler_queue_depth'),
    workers: samples.filter(({ name }) => name === 'theo_worker_up').map((up) => toWorker(up, samples)),
  };
}

async function fetchText(url: URL, path: string): Promise<string> {
  try {
    // A server that loads or drains answers /health with 503, and its body says which.
    const response = await fetch(new URL(path, url), { signal: AbortSignal.timeout(timeoutMs) });
    return await response.text();
  } catch (cause) {
    throw new Error(`no server answers at ${url.origin}: start one with: theo serve`, { cause });
  }
}

function parseHealth(url: URL, text: string): ServerHealth {
  try {
    const { status, version, models, capacity = {} } = JSON.parse(text) as Partial<ServerHealth>;
    if (typeof status === 'string' && typeof version === 'string' && Array.isArray(models)) {
      return { status, version, models, capacity };
    }
  } catch {
    // Said below.
  }
  throw new Error(`what answers at ${url.origin} is not a Theo server`);
}

function capacityOf(told: ModelCapacity): Capacity {
  return {
    firstTextMs: told.first_text_ms,
    peopleAtOnce: told.people_at_once,
    partialMs: told.partial_ms,
    secondsPerFileSecond: told.seconds_per_file_second,
  };
}

function toWorker(up: Sample, samples: readonly Sample[]): ServerState['workers'][number] {
  const address = up.labels.worker ?? '';
  const calls = samples.find(
    ({ name, labels }) => name === 'theo_worker_active_calls' && labels.worker === address,
  );
  return { address, model: up.labels.model ?? '', isUp: up.value === 1, activeCalls: calls?.value ?? 0 };
}

function render(state: ServerState): string {
  const capacities = Object.entries(state.capacity).map(
    ([model, told]) => `  ${capacityText(model, capacityOf(told))}`,
  );
  const workers = state.workers.map(
    ({ address, model, isUp, activeCalls }) =>
      `  ${address}  ${isUp ? 'up' : 'down'}  ${model || 'model unknown'}  ${activeCalls} active`,
  );
  return [
    `theo ${state.version} at ${state.url}: ${state.status}`,
    `models:   ${state.models.join(', ') || 'none'}`,
    ...capacities,
    `sessions: ${state.sessions}`,
    ...(workers.length > 0
      ? ['workers:', ...workers]
      : [`workers:  in process, ${state.queuedDecodes} queued`]),
  ].join('\n');
}
