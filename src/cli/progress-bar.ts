import { StatusLine } from './status-line.ts';

const barWidth = 30;

/** Shows how far a long command is on stderr: a bar where it is a terminal, else a line for every tenth. */
export class ProgressBar {
  readonly #line: StatusLine;

  constructor(output: NodeJS.WriteStream = process.stderr) {
    this.#line = new StatusLine(output);
  }

  /** @param fraction - of `what` that is done, 0..1. */
  update(what: string, fraction: number): void {
    const step = this.#line.isTerminal ? 100 : 10;
    const percent = (Math.floor(fraction * step) * 100) / step;
    this.#line.show(this.#line.isTerminal ? `${bar(percent)} ${percent} % ${what}` : `${what}: ${percent} %`);
  }

  /** Takes the bar away. */
  end(): void {
    this.#line.clear();
  }
}

/** @param percent - 0 to 100 */
export function bar(percent: number): string {
  const full = Math.round((percent / 100) * barWidth);
  return `[${'#'.repeat(full)}${' '.repeat(barWidth - full)}]`;
}
