const barWidth = 30;

/** Shows how far a long command is on stderr: a bar where it is a terminal, else a line for every tenth. */
export class ProgressLine {
  readonly #output: NodeJS.WriteStream;
  #shown = '';

  constructor(output: NodeJS.WriteStream = process.stderr) {
    this.#output = output;
  }

  /** @param fraction - of `what` that is done, 0..1. */
  update(what: string, fraction: number): void {
    const step = this.#output.isTTY ? 100 : 10;
    const percent = (Math.floor(fraction * step) * 100) / step;
    const text = this.#output.isTTY ? `${bar(percent)} ${percent} % ${what}` : `${what}: ${percent} %`;
    if (text === this.#shown) return;
    this.#shown = text;
    this.#output.write(this.#output.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#output.isTTY && this.#shown !== '') this.#output.write('\r\x1b[K');
    this.#shown = '';
  }
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * barWidth);
  return `[${'#'.repeat(full)}${' '.repeat(barWidth - full)}]`;
}
