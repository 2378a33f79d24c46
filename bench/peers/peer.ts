import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/support/free-port.ts';

/** Where peers are built and installed. */
export const peersFolder: string = join('build', 'peers');

/** A recognizer of whole recordings, in a process of its own. */
export interface Peer {
  readonly name: string;
  /**
   * @param pcm s16le, mono, 16 kHz.
   * @param signal gives up: the text is not wanted any more.
   * @throws Error when the peer answers with anything but a text
   */
  recognize(pcm: Uint8Array, language: string, signal?: AbortSignal): Promise<string>;
  stop(): Promise<void>;
}

export interface PeerProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts an HTTP server and waits until it is ready; its output goes to a file in the peers' folder.
 * @param healthPath is answered with 200 once the model is there.
 * @throws Error when it ends before
 */
export async function startPeerProcess(
  name: string,
  command: string,
  argsFor: (port: string) => readonly string[],
  healthPath: string,
): Promise<PeerProcess> {
  const port = await freePort();
  const logPath = join(peersFolder, `${name.replaceAll(' ', '-')}.log`);
  const log = openSync(logPath, 'w');
  const child = spawn(command, argsFor(String(port)), { stdio: ['ignore', log, log] });
  await once(child, 'spawn');
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  while (!(await isReady(`${url}${healthPath}`))) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: see ${logPath}`);
    await sleep(100);
  }
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** @returns the body of the answer. @throws Error when it is no success */
export async function post(url: string, body: FormData | Uint8Array, signal?: AbortSignal): Promise<string> {
  // A connection that is kept takes one of the few threads of whisper.cpp's server while nothing is asked.
  const headers = { connection: 'close' };
  const response = await fetch(url, { method: 'POST', body, headers, signal: signal ?? null });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
