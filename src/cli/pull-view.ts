import { megabytes } from '../byte-size.ts';
import type { Clock } from '../clock.ts';
import type { PullProgress } from '../models/pull/pull-model.ts';
import { bar } from './progress-bar.ts';
import { StatusLine } from './status-line.ts';
import { TransferRate } from './transfer-rate.ts';

/** What shows how far a pull is. */
export interface PullView {
  update(progress: PullProgress): void;
  /** Takes away what is in the way of the result. */
  end(): void;
}

const terminalIntervalMs = 100;
const jsonIntervalMs = 500;
/** Where nobody knows how much there is, a line for so many bytes. */
const lineBytes = 50e6;

/** For people, on stderr: a bar with bytes, rate and time left where it is a terminal, else a line for every tenth. */
export class PullStatus implements PullView {
  readonly #line: StatusLine;
  readonly #clock: Clock;
  readonly #rate = new TransferRate();
  #drawnAtMs = Number.NEGATIVE_INFINITY;
  #lastStep = '';

  constructor(clock: Clock, output: NodeJS.WriteStream = process.stderr) {
    this.#line = new StatusLine(output);
    this.#clock = clock;
  }

  update(progress: PullProgress): void {
    const { name, kind } = progress;
    if (kind !== 'downloading') this.#rate.reset();
    if (kind === 'retrying') {
      const seconds = Math.ceil(progress.delayMs / 1_000);
      this.#line.note(`${name}: ${progress.reason}; again in ${seconds} s`);
    } else if (kind === 'restarting') this.#line.note(`${name}: begins anew, ${progress.reason}`);
    else this.#show(progress);
  }

  end(): void {
    this.#line.clear();
  }

  #show(progress: Amount): void {
    const { kind, name, doneBytes, totalBytes } = progress;
    const nowMs = this.#clock.nowMs();
    if (kind === 'downloading') this.#rate.add(nowMs, doneBytes);
    const isDone = doneBytes === totalBytes;
    if (this.#line.isTerminal) {
      if (nowMs - this.#drawnAtMs < terminalIntervalMs && !isDone) return;
      this.#drawnAtMs = nowMs;
      const fraction = totalBytes === null ? '' : `${bar(percentOf(doneBytes, totalBytes))} `;
      this.#line.show(`${fraction}${amountText(progress)}${this.#rateText(progress)} ${actions[kind](name)}`);
      return;
    }
    const step = stepOf(progress);
    const key = `${kind} ${name} ${step}`;
    if (key === this.#lastStep) return;
    this.#lastStep = key;
    this.#line.show(`${actions[kind](name)}: ${amountText(progress)}${this.#rateText(progress)}`);
  }

  #rateText({ kind, doneBytes, totalBytes }: Amount): string {
    const rate = this.#rate.bytesPerSecond;
    if (kind !== 'downloading' || rate === null) return '';
    const left =
      totalBytes === null || rate === 0 ? '' : `, ${durationText((totalBytes - doneBytes) / rate)} left`;
    return `, ${(rate / 1e6).toFixed(1)} MB/s${left}`;
  }
}

/** For programs, on stderr: a JSON object a line. */
export class PullEvents implements PullView {
  readonly #clock: Clock;
  readonly #output: { write(text: string): unknown };
  readonly #rate = new TransferRate();
  #last: { readonly kind: string; readonly atMs: number } = { kind: '', atMs: 0 };

  constructor(clock: Clock, output: { write(text: string): unknown } = process.stderr) {
    this.#clock = clock;
    this.#output = output;
  }

  update(progress: PullProgress): void {
    const { kind, name } = progress;
    if (kind !== 'downloading') this.#rate.reset();
    if (kind === 'retrying') {
      const { reason, delayMs, failures } = progress;
      this.#write({ event: kind, name, reason, delay_ms: Math.round(delayMs), failures });
    } else if (kind === 'restarting') this.#write({ event: kind, name, reason: progress.reason });
    else this.#writeAmount(progress);
  }

  end(): void {}

  #writeAmount({ kind, name, doneBytes, totalBytes }: Amount): void {
    const atMs = this.#clock.nowMs();
    if (kind === 'downloading') this.#rate.add(atMs, doneBytes);
    const isSoon = kind === this.#last.kind && atMs - this.#last.atMs < jsonIntervalMs;
    if (isSoon && doneBytes !== totalBytes) return;
    this.#last = { kind, atMs };
    const amount = { event: kind, name, done_bytes: doneBytes, total_bytes: totalBytes };
    const rate = this.#rate.bytesPerSecond;
    this.#write(
      kind === 'downloading'
        ? { ...amount, bytes_per_second: rate === null ? null : Math.round(rate) }
        : amount,
    );
  }

  #write(event: object): void {
    this.#output.write(`${JSON.stringify(event)}\n`);
  }
}

/** What ends within seconds gets one line, what may take long one for every tenth. */
function stepOf({ kind, doneBytes, totalBytes }: Amount): number {
  if (kind === 'verifying' || kind === 'copying') return 0;
  return totalBytes === null ? Math.floor(doneBytes / lineBytes) : Math.floor((10 * doneBytes) / totalBytes);
}

type Amount = Extract<PullProgress, { readonly doneBytes: number }>;

const actions: Readonly<Record<Amount['kind'], (name: string) => string>> = {
  verifying: (name) => `checking ${name}`,
  copying: (name) => `copying ${name}`,
  downloading: (name) => name,
  waiting: (name) => `waiting for another pull of ${name}`,
};

function percentOf(doneBytes: number, totalBytes: number): number {
  return totalBytes === 0 ? 100 : Math.floor((100 * doneBytes) / totalBytes);
}

function amountText({ doneBytes, totalBytes }: Amount): string {
  if (totalBytes === null) return megabytes(doneBytes);
  return `${percentOf(doneBytes, totalBytes)} %, ${(doneBytes / 1e6).toFixed(1)} of ${megabytes(totalBytes)}`;
}

/** Such as `42 s`, `3 min 5 s` and `2 h 10 min`. */
function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
