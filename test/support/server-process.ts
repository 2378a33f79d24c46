import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { modelsDir } from './models.ts';

/** A server in a process of its own, as a user would start it. */
export interface ServerProcess {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** ws://127.0.0.1:PORT/v1/realtime */
  readonly realtimeUrl: string;
  readonly process: ChildProcess;
  /** Log lines so far. */
  readonly log: readonly string[];
  /** Sends SIGTERM and waits. @returns the exit code */
  stop(): Promise<number | null>;
}

/**
 * Runs `theo serve` on a free port with the model of the tests; `flags` come last.
 * @param openFiles the limit of open files
 */
export async function startServerProcess(
  flags: readonly string[] = [],
  { openFiles }: { readonly openFiles?: number } = {},
): Promise<ServerProcess> {
  const home = mkdtempSync(join(tmpdir(), 'theo-test-'));
  const limit = openFiles === undefined ? '' : `ulimit -n ${openFiles}; `;
  const child = spawn(
    'sh',
    [
      '-c',
      `${limit}exec "$0" "$@"`,
      process.execPath,
      'dist/cli/main.js',
      'serve',
      '--port',
      '0',
      '--models-dir',
      modelsDir,
      '--log-format',
      'json',
      ...flags,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: home } },
  );
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^listening on (\S+)$/.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`theo serve ended with ${code}:\n${log.join('\n')}`)));
  });
  return {
    url,
    realtimeUrl: `${url.replace('http', 'ws')}/v1/realtime`,
    process: child,
    log,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      return child.exitCode;
    },
  };
}
