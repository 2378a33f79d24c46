import type { ServerProcess } from './server-process.ts';

interface StartedWorker {
  readonly workerPid: number;
  readonly address: string;
}

/** The worker processes that a server's log says were started; some may have ended. */
export function workerPids({ log }: Pick<ServerProcess, 'log'>): readonly number[] {
  return startedWorkers(log).map(({ workerPid }) => workerPid);
}

/** The process of a worker that has work. @throws Error when none has */
export async function busyWorkerPid({ url, log }: Pick<ServerProcess, 'url' | 'log'>): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const busy = /theo_worker_active_calls\{worker="([^"]+)"\} [1-9]/.exec(metrics)?.[1];
  const pid = startedWorkers(log).find(({ address }) => address === busy)?.workerPid;
  if (pid === undefined) throw new Error(`no worker is busy:\n${metrics}`);
  return pid;
}

/** How many workers take work. */
export async function workersUp({ url }: Pick<ServerProcess, 'url'>): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return metrics.match(/^theo_worker_up\{.*\} 1$/gm)?.length ?? 0;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function startedWorkers(log: readonly string[]): readonly StartedWorker[] {
  return log
    .filter((line) => line.includes('"workerPid"') && line.includes('worker process started'))
    .map((line) => JSON.parse(line) as StartedWorker);
}
