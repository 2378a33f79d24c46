import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseSamples } from '../observability/prometheus-text.ts';

const cli = fileURLToPath(new URL('../cli/main.js', import.meta.url));

export interface ServerProcessOptions {
  readonly modelsDir: string;
  readonly model: string;
  /** 0: chosen from the cores. */
  readonly decodeSlots: number;
}

/** What a process has used since its start. */
export interface ResourceUse {
  readonly cpuSeconds: number;
  /** The most memory it held at a time; null where the system does not tell. */
  readonly peakMemoryBytes: number | null;
}

/** A server in a process of its own, so that what it uses can be told from what its clients use. */
export class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** Starts `theo serve` on a free port with default settings; its log goes to stderr. @throws Error when it ends */
  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    // Nothing of the user's own settings: a key or a limit would change what is measured.
    const config = join(options.modelsDir, 'config.yaml');
    await writeFile(config, '');
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('THEO_') || name === 'THEO_NATIVE'),
    );
    const child = spawn(
      process.execPath,
      [
        ...[cli, 'serve', '--config', config, '--port', '0', '--log-level', 'warn'],
        ...['--models-dir', options.modelsDir, '--default-model', options.model],
        ...['--decode-slots', String(options.decodeSlots)],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], env },
    );
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /^listening on (\S+)$/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        reject(new Error(`the server ended (${signal ?? `exit code ${code}`}) before it listened`));
      });
    });
    return new ServerProcess(url, child);
  }

  async resourceUse(): Promise<ResourceUse> {
    const metrics = parseSamples(await (await fetch(`${this.url}/metrics`)).text());
    const cpuSeconds = metrics.find(({ name }) => name === 'process_cpu_seconds_total')?.value ?? Number.NaN;
    return { cpuSeconds, peakMemoryBytes: await peakMemoryBytes(this.#child.pid) };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }
}

/** The high-water mark of the resident set, on Linux. */
async function peakMemoryBytes(pid: number | undefined): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
