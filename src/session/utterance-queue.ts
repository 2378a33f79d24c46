import type { ServerEvent } from '../protocol/events.ts';
import type { Utterance } from './utterance.ts';

interface Entry {
  readonly utterance: Utterance;
  readonly waiting: (() => ServerEvent)[];
  isOver: boolean;
}

/**
 * Keeps the events of utterances apart: while a slow final is still to come, what a later utterance has to say
 * waits. Events are made when they are sent, so that they carry the segment id that is right by then.
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

  /** Whether it is this utterance's turn to be told about. */
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

  /** The utterance has nothing more to say. */
  remove(utterance: Utterance): void {
    const entry = this.#entries.find((candidate) => candidate.utterance === utterance);
    if (entry) entry.isOver = true;
    while (this.#entries[0]?.isOver) {
      this.#entries.shift();
      for (const makeEvent of this.#entries[0]?.waiting.splice(0) ?? []) this.#send(makeEvent());
    }
  }

  /** Forgets all utterances and what they have to say. @returns those that were not over */
  clear(): readonly Utterance[] {
    return this.#entries
      .splice(0)
      .filter((entry) => !entry.isOver)
      .map((entry) => entry.utterance);
  }
}
