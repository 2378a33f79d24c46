import type { ServerEvent } from '../protocol/events.ts';
import type { Utterance } from './utterance.ts';

interface Entry {
  readonly utterance: Utterance;
  readonly waiting: (() => ServerEvent)[];
  isOver: boolean;
}

/**
 * Sends the events of one utterance after the other: while a final is still to come, the events of later utterances
 * wait. Events are made when they are sent, because their segment id is known only then.
 */
export class UtteranceQueue {
  readonly #entries: Entry[] = [];
  readonly #send: (event: ServerEvent) => void;

  constructor(send: (event: ServerEvent) => void) {
    this.#send = send;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Whether this utterance's events are sent at once. */
  isFirst(utterance: Utterance): boolean {
    return this.#entries[0]?.utterance === utterance;
  }

  /** Audio of the utterances that came after one whose final is late, in samples. */
  get waitingSamples(): number {
    return this.#entries.slice(1).reduce((sum, { utterance }) => sum + utterance.owedSamples, 0);
  }

  add(utterance: Utterance): void {
    this.#entries.push({ utterance, waiting: [], isOver: false });
  }

  /** Sends an utterance's event now or when its turn comes. */
  send(utterance: Utterance, makeEvent: () => ServerEvent): void {
    const index = this.#entries.findIndex((entry) => entry.utterance === utterance);
    if (index === 0) this.#send(makeEvent());
    else this.#entries[index]?.waiting.push(makeEvent);
  }

  /** The utterance has no more events. */
  remove(utterance: Utterance): void {
    const entry = this.#entries.find((candidate) => candidate.utterance === utterance);
    if (entry) entry.isOver = true;
    while (this.#entries[0]?.isOver) {
      this.#entries.shift();
      for (const makeEvent of this.#entries[0]?.waiting.splice(0) ?? []) this.#send(makeEvent());
    }
  }

  /** Forgets all utterances and their events. @returns those that were not over */
  clear(): readonly Utterance[] {
    return this.#entries
      .splice(0)
      .filter((entry) => !entry.isOver)
      .map((entry) => entry.utterance);
  }
}
