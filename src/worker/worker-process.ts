import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Clock } from '../clock.ts';

/** Wait before a restart: doubled with every failure in a row. */
const firstBackoffMs = 250;
const maxBackoffMs = 10_000;
/** A worker that ran this long counts as started well: its next failure is the first in a row. */
const stableMs = 30_000;

export interface WorkerProcessParts {
  /** Program and arguments; the program prints "listening on HOST:PORT" when it takes work. */
  readonly command: readonly string[];
  readonly clock: Clock;
  readonly log: WorkerProcessLog;
  /** Called when the process has got an address or lost it. */
  readonly onChange: () => void;
}

export interface WorkerProcessLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * One worker process that is started again whenever it ends. Its stdin is a pipe that only this process holds:
 * however this process dies, the pipe closes and the worker ends with it.
 */
export class WorkerProcess {
  readonly #parts: WorkerProcessParts;
  #child: ChildProcess | undefined;
  #address: string | undefined;
  #listeningSinceMs = 0;
  #failures = 0;
  #restarts = 0;
  #cancelRestart: () => void = () => {};
  #isClosing = false;
  #whenGone: (() => void) | undefined;

  constructor(parts: WorkerProcessParts) {
    this.#parts = parts;
    this.#start();
  }

  /** HOST:PORT while it takes work. */
  get address(): string | undefined {
    return this.#address;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often the process was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Ends a worker that hangs; it is started again. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Lets it finish its calls within `graceMs`. Resolves when the process is gone. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    this.#cancelRestart();
    const child = this.#child;
    if (!child) return;
    const gone = new Promise<void>((resolve) => {
      this.#whenGone = resolve;
    });
    child.kill('SIGTERM');
    const cancelKill = this.#parts.clock.schedule(graceMs, () => child.kill('SIGKILL'));
    await gone;
    cancelKill();
  }

  #start(): void {
    const [program, ...args] = this.#parts.command;
    if (program === undefined) throw new Error('a worker process needs a command');
    // Detached: Ctrl-C in a terminal reaches the server alone, which then lets its sessions finish.
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    this.#child = child;
    child.stdin.on('error', () => {});
    let isOver = false;
    createInterface({ input: child.stdout }).on('line', (line) => {
      // Lines may still be read after the process has ended.
      if (!isOver) this.#onLine(line);
    });
    const over = (how: string): void => {
      if (isOver) return;
      isOver = true;
      this.#onEnd(how);
    };
    child.on('exit', (code, signal) => over(signal ?? `exit code ${code}`));
    child.on('error', (error) => over(error.message));
  }

  #onLine(line: string): void {
    const address = /^listening on (\S+)$/.exec(line)?.[1];
    if (address === undefined) return;
    this.#address = address;
    this.#listeningSinceMs = this.#parts.clock.nowMs();
    this.#parts.log.info({ workerPid: this.pid, address }, 'worker process started');
    this.#parts.onChange();
  }

  #onEnd(how: string): void {
    const { clock, log, onChange } = this.#parts;
    const wasStable = this.#address !== undefined && clock.nowMs() - this.#listeningSinceMs >= stableMs;
    const pid = this.pid;
    this.#child = undefined;
    this.#address = undefined;
    this.#whenGone?.();
    if (this.#isClosing) return;
    this.#failures = wasStable ? 1 : this.#failures + 1;
    const delayMs = Math.min(maxBackoffMs, firstBackoffMs * 2 ** (this.#failures - 1));
    log.warn({ workerPid: pid, how, restartInMs: delayMs }, 'worker process ended');
    this.#cancelRestart = clock.schedule(delayMs, () => {
      this.#restarts++;
      this.#start();
    });
    onChange();
  }
}
