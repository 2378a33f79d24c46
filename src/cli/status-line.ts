const clearLine = '\r\x1b[K';

/** The last line of a terminal, written over in place; elsewhere a line for every text. */
export class StatusLine {
  readonly #output: NodeJS.WriteStream;
  #shown = '';

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  get isTerminal(): boolean {
    return this.#output.isTTY;
  }

  /** Nothing is written where `text` is what is there already. */
  show(text: string): void {
    if (text === this.#shown) return;
    this.#shown = text;
    this.#output.write(this.isTerminal ? `${clearLine}${text}` : `${text}\n`);
  }

  /** Takes it away from a terminal. */
  clear(): void {
    if (this.isTerminal && this.#shown !== '') this.#output.write(clearLine);
    this.#shown = '';
  }
}
