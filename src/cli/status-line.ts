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

  /** Nothing is written where `text` is what is there already. What a terminal has no room for is cut off. */
  show(text: string): void {
    if (text === this.#shown) return;
    this.#shown = text;
    const room = this.#output.columns > 0 ? this.#output.columns - 1 : text.length;
    this.#output.write(this.isTerminal ? `${clearLine}${text.slice(0, room)}` : `${text}\n`);
  }

  /** Writes a line that stays; the status is below it when it is shown again. */
  note(text: string): void {
    this.clear();
    this.#output.write(`${text}\n`);
  }

  /** Takes it away from a terminal. */
  clear(): void {
    if (this.isTerminal && this.#shown !== '') this.#output.write(clearLine);
    this.#shown = '';
  }
}
