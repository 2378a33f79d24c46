import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./server-program.js', import.meta.url));

export interface ServerProcessOptions {
  readonly modelsDir: string;
  readonly model: string;
  /** 0: chosen from the cores. */
  readonly decodeSlots: number;
}

/** What a process has used since its start. */
export interface ResourceUse {
  readonly cpuSeconds: number;
  /** The most memory that it held at a time. */
  readonly peakMemoryBytes: number;
}

export type ServerRequest = ({ readonly type: 'start' } & ServerProcessOptions) | { readonly type: 'use' };

export type ServerAnswer =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'failed'; readonly message: string }
  | ({ readonly type: 'use' } & ResourceUse);

/**
 * A server in a process of its own, so that what it uses can be told from what its clients use. It ends with this
 * process, whatever that dies of.
 */
export class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** Listens on a free port, with default settings; its log goes to stderr. @throws Error when it cannot start */
  static async start(options: ServerProcessOptions): Promise<ServerProcess> {
    const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const started = await ask(child, { type: 'start', ...options });
    if (started.type === 'listening') return new ServerProcess(started.url, child);
    child.disconnect();
    throw new Error(started.type === 'failed' ? started.message : 'the server did not start');
  }

  /** @throws Error when the server has ended */
  async resourceUse(): Promise<ResourceUse> {
    const answer = await ask(this.#child, { type: 'use' });
    if (answer.type !== 'use') throw new Error('the server did not tell what it used');
    return { cpuSeconds: answer.cpuSeconds, peakMemoryBytes: answer.peakMemoryBytes };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (!this.#child.connected) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}

/** One question at a time. @throws Error when the process ends before it answers */
function ask(child: ChildProcess, request: ServerRequest): Promise<ServerAnswer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null, signal: string | null): void => {
      reject(new Error(`the server's process ended with ${signal ?? `code ${code}`}`));
    };
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as ServerAnswer);
    });
    child.send(request);
  });
}
