import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { systemCodeOf } from '../errors.ts';

/** Lines that a reader has not taken yet; more than that are lost. */
const maxWaitingBytes = 1024 * 1024;
const retryMs = 50;

export interface LineSinkOptions {
  /** 1 MiB by default. */
  readonly maxWaitingBytes?: number;
}

/**
 * Writes lines to standard output or error and never waits for it: what a full disk or a reader that has gone refuses
 * is lost and counted; for a reader that stalls up to `maxWaitingBytes` are kept. (Loggers that flush at the exit, or
 * try again until a write succeeds, hang with their disk.)
 */
export class LineSink {
  readonly #fd: number;
  readonly #isOwn: boolean;
  readonly #maxWaitingBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #retry: NodeJS.Timeout | undefined;
  #linesLost = 0;
  /** A line was lost after its beginning had been written. */
  #isTorn = false;

  /** @param fd 1 or 2 */
  constructor(fd: number, options: LineSinkOptions = {}) {
    const own = openWithoutBlocking(fd);
    this.#fd = own ?? fd;
    this.#isOwn = own !== undefined;
    this.#maxWaitingBytes = options.maxWaitingBytes ?? maxWaitingBytes;
  }

  get linesLost(): number {
    return this.#linesLost;
  }

  /** @param line with its line feed. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#waitingBytes + bytes.length > this.#maxWaitingBytes) {
      this.#linesLost++;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    // Else the others go first.
    if (this.#retry === undefined) this.#writeOut();
  }

  /** Tries a last time to write what waits. Idempotent. */
  close(): void {
    clearTimeout(this.#retry);
    this.#writeOut();
    clearTimeout(this.#retry);
    this.#waiting = [];
    if (this.#isOwn) closeSync(this.#fd);
  }

  #writeOut(): void {
    this.#retry = undefined;
    for (let line = this.#waiting[0]; line !== undefined; line = this.#waiting[0]) {
      const rest = this.#writeLine(line);
      this.#waitingBytes -= line.length - rest.length;
      if (rest.length > 0) {
        this.#waiting[0] = rest;
        this.#retry = setTimeout(() => this.#writeOut(), retryMs).unref();
        return;
      }
      this.#waiting.shift();
    }
  }

  /** @returns what has to wait */
  #writeLine(line: Buffer): Buffer {
    let rest = line;
    try {
      if (this.#isTorn) writeSync(this.#fd, '\n');
      this.#isTorn = false;
      while (rest.length > 0) rest = rest.subarray(writeSync(this.#fd, rest));
    } catch (error) {
      if (isBusy(error)) return rest;
      this.#linesLost++;
      this.#isTorn ||= rest.length < line.length;
      return rest.subarray(rest.length);
    }
    return rest;
  }
}

/**
 * Pipes and terminals once more, with a mode of our own: the one that we were given may be shared with others, which
 * are not prepared for writes that do not wait. A file is never waited for.
 */
function openWithoutBlocking(fd: number): number | undefined {
  const kind = fstatSync(fd);
  if (!kind.isFIFO() && !kind.isCharacterDevice() && !kind.isSocket()) return undefined;
  try {
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    return openSync(`/proc/self/fd/${fd}`, flags);
  } catch {
    // Sockets cannot be opened, nor pipes of another user. Node.js lets them not wait as soon as it has a stream on them.
    void (fd === 1 ? process.stdout : process.stderr).writable;
    return undefined;
  }
}

function isBusy(error: unknown): boolean {
  return systemCodeOf(error) === 'EAGAIN';
}
